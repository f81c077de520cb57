"""How large a file of customer data may be. Every limit refuses a file that would otherwise exhaust memory or time."""

MAX_COLUMNS = 2_000
MAX_LINE_BYTES = 1_000_000
#: A CSV, plain or unpacked from gzip.
MAX_TEXT_BYTES = 8_000_000_000
#: What a reading may put on the disk beside what it holds in memory.
MAX_SPILL_BYTES = 30_000_000_000
#: All parts of an Excel workbook together, unpacked.
MAX_SHEET_BYTES = 1_000_000_000
#: Rows times columns of one worksheet: the reader holds the whole rectangle in memory.
MAX_SHEET_CELLS = 25_000_000
#: Amounts beyond this are taken for a slip, not for money.
MAX_AMOUNT = 1_000_000_000_000
FIRST_YEAR = 1900
LAST_YEAR = 2200
PREVIEW_ROWS = 20
#: Rows of a table of other things than purchases, such as survey answers.
MAX_PLAIN_ROWS = 50_000
