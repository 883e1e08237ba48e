import { mongo } from 'mongoose';

/**
 * Reads a MongoDB connection string: what the driver does not understand it would not understand at any later attempt either.
 * @throws Error with the driver's reason, which never holds the password
 */
export function mongoUri(text: string): string {
  try {
    // Connects nowhere yet.
    new mongo.MongoClient(text);
    return text;
  } catch (error) {
    throw new Error(`must be a MongoDB connection string (${(error as Error).message})`, { cause: error });
  }
}
