#!/usr/bin/env python3
"""report_sums.py DIR DATABASE - do all tables of one report sum to the same result? Reads DIR/report.json, .html and .txt and
compares, in lamports: ladder, strategies, exits, positions one by one, result; and with an independent sum over the fills."""
import html.parser, json, re, sqlite3, sys

dir, database = sys.argv[1:3]
report = json.load(open(dir + '/report.json'))
want = report['equity_lamports'] - report['capital_lamports']
bad = []


def same(what, got, wanted):
    if got != wanted:
        bad.append('%s: %s, want %s' % (what, got, wanted))


class Page(html.parser.HTMLParser):
    """Lamports of each element with an id: the rows of a table, its total row apart; the steps of the ladder."""

    def __init__(self):
        super().__init__()
        self.id, self.total, self.rows, self.totals = None, False, {}, {}

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if 'id' in a:
            self.id = a['id']
        if tag == 'tr':
            self.total = a.get('class') == 'total'
        if 'data-lamports' in a:
            v = int(a['data-lamports'])
            if self.total:
                self.totals[self.id] = v
                self.total = False
            else:
                self.rows.setdefault(self.id, []).append(v)


def rows_of_text(title):
    """P&L in SOL of the rows of a table, and of its total row."""
    rows, total, inside = [], None, False
    for line in open(dir + '/report.txt'):
        if line.startswith(title):
            inside = True
        elif inside and not line.strip():
            break
        elif inside:
            v = float(line.split()[-1])
            if line.startswith('  total'):
                total = v
            else:
                rows.append(v)
    return rows, total


same('JSON: result', report['result_lamports'], want)
same('JSON: result of the ladder', report['ladder']['result_lamports'], want)
same('JSON: steps of the ladder', sum(v for k, v in report['ladder'].items() if k not in ('result_lamports', 'adds_up')), want)
for table in ('strategies', 'exits'):
    same('JSON: ' + table, sum(r['pnl_lamports'] for r in report[table]) + report['unplaced_lamports'], want)
    same('JSON: open in ' + table, sum(r['open'] for r in report[table]), report['open_positions'])

page = Page()
page.feed(open(dir + '/report.html').read())
same('page: result', page.rows.get('result'), [want])
same('page: steps of the ladder', sum(page.rows['ladder']), want)
for table in ('strategies', 'exits', 'trades'):
    same('page: ' + table, sum(page.rows.get(table, [])), want)
    same('page: total of ' + table, page.totals[table], want)

for title in ('strategies', 'exits by cause'):
    rows, total = rows_of_text(title)
    if total is None and not rows and want == 0:
        continue # a table without rows is left out
    if total is None or abs(total - want / 1e9) > 6e-5 or abs(sum(rows) - total) > 6e-5 * (len(rows) + 1):
        bad.append('text: %s: rows %s, total %s, want %s' % (title, rows, total, want / 1e9))

db = sqlite3.connect(database)
cash, = db.execute('SELECT sum(cash_delta) FROM fills').fetchone()
marked, rent = db.execute('SELECT marked, rent FROM equity ORDER BY ts_ns DESC, seq DESC LIMIT 1').fetchone()
same('ledger: cash, marks and rent', (cash or 0) + marked + rent, want)
if db.execute("SELECT 1 FROM sqlite_master WHERE name='marks'").fetchone():
    at = 'ts_ns=(SELECT max(ts_ns) FROM equity)'
    held = 'mint IN (SELECT mint FROM fills GROUP BY mint HAVING sum(CASE side WHEN \'buy\' THEN base_raw ELSE -base_raw END)>0)'
    sums = db.execute('SELECT ifnull(sum(marked),0), ifnull(sum(rent),0) FROM marks WHERE %s AND %s' % (at, held)).fetchone()
    if report['unmarked_positions'] == 0:
        same('ledger: marks of the last equity record', sums, (marked, rent))
print('\n'.join(bad))
sys.exit(bool(bad))
