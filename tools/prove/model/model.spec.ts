import { prove, unfair } from './proof';

/** `npm run prove:model` plays a hundred thousand, and rules with a fault planted in them. */
const COMMANDS = 5_000;

describe('the rules', () => {
  it(`agree with a simple model over ${COMMANDS} random commands, and nothing is ever promised twice`, () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const { failure, outcomes } = prove({ commands: COMMANDS, seed });
    expect(failure).toBeUndefined();
    expect(unfair(outcomes)).toBeUndefined();
  });
});
