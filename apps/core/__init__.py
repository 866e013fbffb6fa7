"""What every app stands on; knows no other app."""

VERSION = "0.1.0"
