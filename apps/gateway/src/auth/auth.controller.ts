import { ChangePassword, Login, Me, NoQuery, Refresh, TokenPair, type Caller } from '@app/contracts';
import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LoginGuard } from '../throttle/login.guard';
import { Auth } from './auth.service';
import { CurrentCaller, Public, Roles } from './policy';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: Auth) {}

  @Public()
  @UseGuards(LoginGuard)
  @Post('login')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in' })
  login(@Body() credentials: Login, @Query() _query: NoQuery): Promise<TokenPair> {
    return this.auth.login(credentials);
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @ApiOperation({ summary: 'Exchange a refresh token for new tokens; showing one twice ends the session' })
  refresh(@Body() { refreshToken }: Refresh, @Query() _query: NoQuery): Promise<TokenPair> {
    return this.auth.refresh(refreshToken);
  }

  @Roles('viewer')
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  logout(@CurrentCaller() caller: Caller, @Query() _query: NoQuery): Promise<void> {
    return this.auth.logout(caller);
  }

  @Roles('viewer')
  @UseGuards(LoginGuard)
  @Post('password')
  @HttpCode(204)
  @ApiOperation({ summary: 'Set another password; ends all sessions of the user, this one too' })
  password(@CurrentCaller() caller: Caller, @Body() change: ChangePassword, @Query() _query: NoQuery): Promise<void> {
    return this.auth.changePassword(caller, change);
  }

  @Roles('viewer')
  @Get('me')
  @ApiOperation({ summary: 'Who is calling' })
  me(@CurrentCaller() { id, name, role }: Caller, @Query() _query: NoQuery): Me {
    return { id, email: name, role };
  }
}
