import { ChangePassword, Login, Me, NoQuery, Refresh, TokenPair, type Caller } from '@app/contracts';
import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NoBody } from '../http/no-body';
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
  @Describes({
    id: 'login',
    summary: 'Log in',
    description:
      'The access token goes into `Authorization: Bearer …` and lasts `expiresIn` seconds; the refresh token gets the next pair. Attempts are limited for each account and address.',
    answer: TokenPair,
    refuses: ['unauthenticated'],
    open: true,
  })
  login(@Body() credentials: Login, @Query() _query: NoQuery): Promise<TokenPair> {
    return this.auth.login(credentials);
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @Describes({
    id: 'refresh',
    summary: 'New tokens for a refresh token; showing one twice ends the session',
    description:
      'Each refresh token is good for once: keep the one that comes back. One that is shown a second time was copied, so its whole session ends.',
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
  @Describes({
    id: 'logout',
    summary: 'End this session',
    description:
      'Its tokens are refused within a second and its sockets closed within five. An API key has no session: remove the key.',
  })
  logout(@CurrentCaller() caller: Caller, @Query() _query: NoQuery, @NoBody() _nothing: void): Promise<void> {
    return this.auth.logout(caller);
  }

  @Roles('viewer')
  @UseGuards(LoginGuard)
  @Post('password')
  @HttpCode(204)
  @Describes({
    id: 'changePassword',
    summary: 'Set another password; ends all sessions of the user, this one too',
    description: 'Takes the current password and the next one, of 12 to 128 characters. Log in again afterwards.',
  })
  password(@CurrentCaller() caller: Caller, @Body() change: ChangePassword, @Query() _query: NoQuery): Promise<void> {
    return this.auth.changePassword(caller, change);
  }

  @Roles('viewer')
  @Get('me')
  @Describes({
    id: 'me',
    summary: 'Who is calling',
    description: 'The user or the API key behind the request, and its role.',
    answer: Me,
  })
  me(@CurrentCaller() { id, name, role }: Caller, @Query() _query: NoQuery): Me {
    return { id, email: name, role };
  }
}
