"""The grammar of filters, as the parser library reads it.

MLflow's search syntax, and what it lacks: ``or``, ``not`` and parentheses.
"""

PATH = (
    r'(?:[^\W\d][\w\-\/:@]*|"[^"]*"|`[^`]*`)'
    r'(?:\s*\.\s*(?:\w[\w\-\/:@]*|"[^"]*"|`[^`]*`))*'
)
GRAMMAR = r"""
start: _or
_or: any | _and
_and: all | _factor
any: _and (_OR _and)+
all: _factor (_AND _factor)+
_factor: not | "(" _or ")" | comparison
not: _NOT _factor
comparison: PATH COMPARATOR value      -> plain
    | PATH [NOT_IN] _IN list           -> membership
    | PATH [NOT_IN] LIKE value         -> likeness
    | PATH _IS [NOT_NULL] _NULL        -> presence
list: "(" value ("," value)* ")"
value: NUMBER -> number
    | STRING -> text

COMPARATOR: ">=" | "<=" | "!=" | ">" | "<" | "="
PATH: /<path>/
NUMBER: /[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])/
STRING: /'[^']*'|"[^"]*"/
_AND.2: /and(?![\w.])/i
_OR.2: /or(?![\w.])/i
_NOT.2: /not(?![\w.])/i
NOT_IN.2: /not(?![\w.])/i
NOT_NULL.2: /not(?![\w.])/i
_IN.2: /in(?![\w.])/i
LIKE.2: /i?like(?![\w.])/i
_IS.2: /is(?![\w.])/i
_NULL.2: /null(?![\w.])/i
%ignore /\s+/
""".replace("<path>", PATH)
# what a person would call each piece of the grammar
WORDS = {
    "PATH": "a name such as metrics.val_loss or status",
    "_NOT": "'not'",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "COMPARATOR": "a comparison (=, !=, >, >=, <, <=, LIKE, ILIKE, IN, IS NULL)",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "_AND": "'and'",
    "_OR": "'or'",
    "_NULL": "NULL",
    "_IN": "IN",
    "LIKE": "LIKE",
    "$END": "the end",
}
