// The health check of the container: makes it a replica set the first time, and is content once it takes writes.
const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password } = process.env;
const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
const admin = connect(`mongodb://${login}@127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=4000`);
try {
  admin.runCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  const members = [{ _id: 0, host: 'mongo:27017' }];
  admin.runCommand({ replSetInitiate: { _id: 'stockwire', members } });
}
if (!admin.hello().isWritablePrimary) quit(1);
