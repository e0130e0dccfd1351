"""The window that lets the network predict new samples."""
