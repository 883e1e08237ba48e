/** What class-transformer keeps of its decorators; it exports no way to ask for it. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}
