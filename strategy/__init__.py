"""The domain of Ninefold: method, workbook, thread, customers, analysis, exhibits, reports.

Nothing below this package imports Streamlit; everything here runs from a test, a script or the command line.
"""
