"""Methods of analysis, one a file, pure and cited. They take numbers and frames and know nothing of workbooks or pages."""
