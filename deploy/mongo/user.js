// Runs once, on an empty volume: the user of the apps, who may do everything in their database and nothing elsewhere.
db.getSiblingDB('stockwire').createUser({
  user: 'stockwire',
  pwd: process.env.MONGO_PASSWORD,
  roles: [
    { role: 'readWrite', db: 'stockwire' },
    // For a restore, which deletes the database first when it is told to.
    { role: 'dbAdmin', db: 'stockwire' },
  ],
});
