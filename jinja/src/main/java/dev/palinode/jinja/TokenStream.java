package dev.palinode.jinja;

import dev.palinode.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, read from the first to the last; parsers add what they mean. */
abstract class TokenStream {
  private final List<Token> tokens;
  private int position;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token lookahead() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  int position() {
    return position;
  }

  /** Whether a name occurs among the tokens since {@code from}. */
  boolean hasNameSince(int from, String name) {
    return tokens.subList(from, position).stream().anyMatch(token -> token.isName(name));
  }

  boolean skipOperator(String operator) {
    return skip(current().isOperator(operator));
  }

  boolean skipName(String name) {
    return skip(current().isName(name));
  }

  private boolean skip(boolean isThere) {
    if (isThere) {
      next();
    }
    return isThere;
  }

  /**
   * Reads elements separated by commas, with an optional one at the end, and the closing operator.
   */
  void list(String close, Runnable element) {
    while (!skipOperator(close)) {
      element.run();
      if (!current().isOperator(close)) {
        expectOperator(",");
      }
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Kind kind) {
    if (!current().is(kind)) {
      throw unexpected(kind.shown());
    }
    return next();
  }

  TemplateException unexpected(String expected) {
    return TemplateException.at(
        current().line(), "unexpected %s, expected %s", current().shown(), expected);
  }
}
