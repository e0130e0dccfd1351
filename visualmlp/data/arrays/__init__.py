"""Files of arrays: NumPy, MATLAB, pickles of courses."""
