// Run once, into an empty volume: the back end and Rasa have users of their own, each with its own database.
const admin = db.getSiblingDB("admin");
const user = (name, password, roles) =>
  admin.createUser({ user: name, pwd: password, roles: roles.map((role) => ({ role, db: name })) });

user("tutorbot", process.env.MONGO_PASSWORD, ["readWrite", "dbAdmin"]);
user("rasa", process.env.MONGO_RASA_PASSWORD, ["readWrite", "dbAdmin"]);
