"""The dialog that opens data of the user's own."""
