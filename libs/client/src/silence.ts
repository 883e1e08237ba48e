const LOOK_MS = 5_000;
/** Looks in a row at which nothing had come since the one before: then it is asked whether somebody is there, then given up. */
const QUIET = { ask: 2, dead: 3 };

/**
 * Notices a line that is dead without a word, as behind a router that lost its mind: Socket.IO takes up to 40 s for that. Counted in looks
 * and not by the clock, so that a page that was kept from running does not take its own silence for the server's.
 */
export class Silence {
  private quiet = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly ask: () => void,
    private readonly dead: () => void,
  ) {}

  begin(): void {
    this.end();
    this.hear();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  hear(): void {
    this.quiet = 0;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.quiet++;
    if (this.quiet === QUIET.ask) this.ask();
    else if (this.quiet === QUIET.dead) this.dead();
  }
}
