import { ChangePassword, Login, Me, NoQuery, Refresh, TokenPair, type Caller } from '@app/contracts';
import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoginGuard } from '../throttle/login.guard';
import { Auth } from './auth.service';
import { Describes } from './document';
import { CurrentCaller, Public, Roles } from './policy';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: Auth) {}

  @Public()
  @UseGuards(LoginGuard)
  @Post('login')
  @HttpCode(200)
  @Describes({ id: 'login', summary: 'Log in', answer: TokenPair, refuses: ['unauthenticated'], open: true })
  login(@Body() credentials: Login, @Query() _query: NoQuery): Promise<TokenPair> {
    return this.auth.login(credentials);
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @Describes({
    id: 'refresh',
    summary: 'New tokens for a refresh token; showing one twice ends the session',
    answer: TokenPair,
    refuses: ['unauthenticated'],
    open: true,
  })
  refresh(@Body() { refreshToken }: Refresh, @Query() _query: NoQuery): Promise<TokenPair> {
    return this.auth.refresh(refreshToken);
  }

  @Roles('viewer')
  @Post('logout')
  @HttpCode(204)
  @Describes({ id: 'logout', summary: 'End this session' })
  logout(@CurrentCaller() caller: Caller, @Query() _query: NoQuery): Promise<void> {
    return this.auth.logout(caller);
  }

  @Roles('viewer')
  @UseGuards(LoginGuard)
  @Post('password')
  @HttpCode(204)
  @Describes({ id: 'changePassword', summary: 'Set another password; ends all sessions of the user, this one too' })
  password(@CurrentCaller() caller: Caller, @Body() change: ChangePassword, @Query() _query: NoQuery): Promise<void> {
    return this.auth.changePassword(caller, change);
  }

  @Roles('viewer')
  @Get('me')
  @Describes({ id: 'me', summary: 'Who is calling', answer: Me })
  me(@CurrentCaller() { id, name, role }: Caller, @Query() _query: NoQuery): Me {
    return { id, email: name, role };
  }
}
