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
    END
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
    return switch (kind) {
      case END -> "the end of the template";
      case BLOCK_END -> "'%}'";
      case VARIABLE_END -> "'}}'";
      default -> "'" + text + "'";
    };
  }
}
