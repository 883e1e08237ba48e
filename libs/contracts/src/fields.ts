/** The decorators of DTO fields: each gives validation, sanitising and the Swagger schema together. */
export type { FieldOptions } from './field';
export * from './object-fields';
export * from './text-fields';
export * from './value-fields';
