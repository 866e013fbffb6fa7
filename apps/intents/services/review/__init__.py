"""The review inbox: what the bot did not understand comes in, staff say what it meant."""
