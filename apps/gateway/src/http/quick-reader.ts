import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { TransformationType, type TransformFnParams } from 'class-transformer';
import { getMetadataStorage, type ValidationArguments } from 'class-validator';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

export type Dto<T extends object> = new () => T;

/** A rule of class-validator: the library's own function with the library's own arguments. */
interface Check {
  each: boolean;
  constraints: unknown[];
  validate: (value: unknown, args: ValidationArguments) => unknown;
}

/** One member of a DTO class, with all that both libraries know of it. */
interface Member {
  transforms: ((params: TransformFnParams) => unknown)[];
  conditions: ((object: unknown, value: unknown) => boolean)[];
  checks: Check[];
  entries: QuickReader | undefined;
}

const KNOWN_KINDS = new Set(['customValidation', 'conditionalValidation', 'nestedValidation']);

/**
 * Reads what is valid, as `plainToInstance` and `validateSync` do, with the same decorators, in a tenth of their time: they look
 * every rule up anew and make an error object for each member before there is an error. Whatever is not plainly valid is theirs to
 * read, and theirs to explain.
 */
export class QuickReader {
  private static readonly readers = new WeakMap<Dto<object>, QuickReader>();
  private readonly members = new Map<string, Member>();
  /** Whether the class has a rule that is of none of the known kinds: then nothing is read here. */
  private foreign = false;

  static of(type: Dto<object>): QuickReader {
    const known = QuickReader.readers.get(type);
    if (known) return known;
    const reader = new QuickReader(type);
    QuickReader.readers.set(type, reader);
    return reader;
  }

  private constructor(private readonly type: Dto<object>) {
    for (const metadata of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false))
      this.learn(metadata);
  }

  private learn(metadata: Metadata): void {
    const { propertyName, constraints, each } = metadata;
    const member = this.members.get(propertyName) ?? this.newMember(propertyName);
    this.members.set(propertyName, member);
    if (!KNOWN_KINDS.has(metadata.type) || metadata.validateIf || metadata.groups?.length) this.foreign = true;
    if (metadata.type === 'nestedValidation') member.entries = this.entriesOf(propertyName);
    if (metadata.type === 'conditionalValidation')
      member.conditions.push(constraints[0] as Member['conditions'][number]);
    if (metadata.type !== 'customValidation') return;
    for (const { instance, async } of getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls)) {
      if (async) this.foreign = true;
      member.checks.push({ each, constraints, validate: (value, args) => instance.validate(value, args) });
    }
  }

  private newMember(name: string): Member {
    const found = defaultMetadataStorage.findTransformMetadatas(this.type, name, TransformationType.PLAIN_TO_CLASS);
    return { transforms: found.map(({ transformFn }) => transformFn), conditions: [], checks: [], entries: undefined };
  }

  private entriesOf(name: string): QuickReader | undefined {
    const type = defaultMetadataStorage.findTypeMetadata(this.type, name)?.typeFunction() as Dto<object> | undefined;
    if (!type) this.foreign = true;
    return type && QuickReader.of(type);
  }

  /** The instance, or undefined when it takes the libraries to tell. */
  read(raw: object): object | undefined {
    if (this.foreign) return undefined;
    const instance = new this.type() as Record<string, unknown>;
    for (const key of Object.keys(raw)) {
      const member = this.members.get(key);
      const value = (raw as Record<string, unknown>)[key];
      if (!member || !take(instance, key, value, member, raw)) return undefined;
    }
    for (const [name, member] of this.members) if (!this.holds(instance, name, member)) return undefined;
    return instance;
  }

  private holds(object: Record<string, unknown>, property: string, { conditions, checks, entries }: Member): boolean {
    const value = object[property];
    for (const condition of conditions) if (!condition(object, value)) return true;
    // What is nested was read as it was taken; nothing at all is for the libraries to judge.
    if (entries && !Array.isArray(value)) return false;
    for (const { each, constraints, validate } of checks) {
      const args = { targetName: this.type.name, property, object, value, constraints };
      const values: readonly unknown[] = each && Array.isArray(value) ? value : [value];
      for (const one of values) if (validate(one, args) !== true) return false;
    }
    return true;
  }
}

/** Puts a member in its place; false when class-transformer would do more with it than its transformations. */
function take(
  instance: Record<string, unknown>,
  key: string,
  given: unknown,
  { transforms, entries }: Member,
  obj: object,
): boolean {
  let value = given;
  if (Array.isArray(given)) {
    const list = entries ? given.map((entry) => (isRecord(entry) ? entries.read(entry) : undefined)) : [...given];
    if (list.some((entry) => (entries ? entry === undefined : isObject(entry)))) return false;
    value = list;
  } else if (isObject(given)) return false;
  for (const transform of transforms) {
    value = transform({ value, key, obj, type: TransformationType.PLAIN_TO_CLASS, options: {} });
  }
  instance[key] = value;
  return true;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}
