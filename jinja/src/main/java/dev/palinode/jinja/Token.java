package dev.palinode.jinja;

/**
 * A piece of a template.
 *
 * @param text the characters between tags, a name, a number, an operator, or the value of a string
 * @param line where it starts, counted from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END;

    /** What error messages call it. */
    String shown() {
      return switch (this) {
        case END -> "the end of the template";
        case NAME -> "a name";
        case BLOCK_END -> "'%}'";
        case VARIABLE_END -> "'}}'";
        default -> name();
      };
    }
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isOperator(String wanted) {
    return kind == Kind.OPERATOR && text.equals(wanted);
  }

  boolean isName(String wanted) {
    return kind == Kind.NAME && text.equals(wanted);
  }

  /** The token as an error message shows it. */
  String shown() {
    return text.isEmpty() && kind != Kind.STRING ? kind.shown() : "'" + text + "'";
  }
}
