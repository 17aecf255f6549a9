package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Written;
import dev.palinode.jinja.Token.Kind;
import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.None;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses names, literals and parentheses, with their suffixes: {@code .name}, {@code [index]},
 * slices, calls, filters and tests.
 */
abstract class ValueParser extends TokenStream {
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "if", "else", "elif", "in", "is", "for");
  private static final Set<String> CONTINUING = Set.of("is", "in", "not", "if", "elif", "for");

  /** Filters with a constant number of steps, whatever the list's length. */
  private static final Set<String> AT_ONCE = Set.of("count", "d", "default", "first", "length");

  /** Filters that compare items recursively. */
  private static final Set<String> COMPARING =
      Set.of("dictsort", "max", "min", "sort", "unique", "sum");

  private static final Expression LEFT_OUT = scope -> None.NONE;

  ValueParser(List<Token> tokens) {
    super(tokens);
  }

  /** An expression; {@code a if b else c} included. */
  abstract Expression expression();

  /** An expression, or several separated by commas or none, which are a tuple. */
  abstract Expression tuple(boolean withIf, boolean mayBeEmpty);

  Expression primary() {
    Token token = next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (current().is(Kind.STRING)) {
          text.append(next().text());
        }
        yield constant(text.toString());
      }
      case INTEGER -> constant(number(token));
      case FLOAT -> constant(Double.parseDouble(token.text()));
      default -> {
        if (token.isOperator("(")) {
          Expression inner = tuple(true, true);
          expectOperator(")");
          yield inner;
        } else if (token.isOperator("[")) {
          List<Expression> items = new ArrayList<>();
          list("]", () -> items.add(expression()));
          yield scope -> scope.made(Expression.all(items, scope));
        } else if (token.isOperator("{")) {
          yield dict();
        }
        throw TemplateException.at(
            token.line(), "unexpected %s, expected an expression", token.shown());
      }
    };
  }

  private static Expression name(Token token) {
    String name = token.text();
    if (RESERVED.contains(name)) {
      throw TemplateException.at(token.line(), "unexpected '%s', expected an expression", name);
    }
    return switch (name) {
      case "true", "True" -> constant(true);
      case "false", "False" -> constant(false);
      case "none", "None" -> constant(None.NONE);
      default -> scope -> scope.get(name);
    };
  }

  private static Object number(Token token) {
    try {
      return Long.parseLong(token.text());
    } catch (NumberFormatException e) {
      throw TemplateException.at(token.line(), "%s is too large", token.text()).because(e);
    }
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    list(
        "}",
        () -> {
          keys.add(expression());
          expectOperator(":");
          values.add(expression());
        });
    return scope -> {
      Map<Object, Object> dict = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        dict.put(Values.newKey(keys.get(i).evaluate(scope)), values.get(i).evaluate(scope));
      }
      return scope.made(dict);
    };
  }

  Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Expression base = value;
      if (skipOperator(".")) {
        value = dotted(base);
      } else if (skipOperator("[")) {
        value = subscript(base);
      } else if (current().isOperator("(")) {
        value = call(base, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression dotted(Expression base) {
    Token token = next();
    if (token.is(Kind.INTEGER)) {
      Object index = number(token);
      return scope -> Attributes.item(base.evaluate(scope), index);
    } else if (!token.is(Kind.NAME)) {
      throw TemplateException.at(token.line(), "unexpected %s, expected a name", token.shown());
    }
    return scope -> Attributes.attribute(base.evaluate(scope), token.text());
  }

  /** {@code [index]} or {@code [start:stop:step]}, each part optional. */
  private Expression subscript(Expression base) {
    Expression start = sliceBound();
    if (!current().isOperator(":")) {
      if (start == LEFT_OUT) {
        throw unexpected("an index");
      }
      expectOperator("]");
      return scope -> Attributes.item(base.evaluate(scope), start.evaluate(scope));
    }
    next();
    Expression stop = sliceBound();
    Expression step = skipOperator(":") ? sliceBound() : LEFT_OUT;
    expectOperator("]");
    return scope ->
        scope.made(
            Slices.slice(
                base.evaluate(scope),
                start.evaluate(scope),
                stop.evaluate(scope),
                step.evaluate(scope)));
  }

  private Expression sliceBound() {
    Token token = current();
    return token.isOperator(":") || token.isOperator("]") ? LEFT_OUT : expression();
  }

  /** A call with an argument added to those in the template. */
  Expression callWith(String name, Expression value) {
    Expression base = primary();
    while (skipOperator(".")) {
      base = dotted(base);
    }
    Written written = arguments();
    written.named().put(name, value);
    return call(base, written);
  }

  private static Expression call(Expression base, Written list) {
    return scope -> {
      Object callee = base.evaluate(scope);
      if (callee instanceof Callable callable) {
        return scope.made(callable.call(list.evaluate(scope)));
      }
      throw Values.failure(callee, "%s cannot be called", Values.type(callee));
    };
  }

  /** Filters and tests. Only {@code .}, {@code []} and calls have a higher precedence. */
  Expression filtered(Expression start) {
    Expression value = start;
    while (true) {
      if (skipOperator("|")) {
        value = filter(value);
      } else if (skipName("is")) {
        value = test(value);
      } else if (current().isOperator("(")) {
        value = call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** A chain of filters, each applied to the result of the one before. */
  Expression filters(Expression start) {
    Expression value = start;
    while (skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter's name and arguments, after the {@code |}. */
  Expression filter(Expression value) {
    String name = expect(Kind.NAME).text();
    Written list = current().isOperator("(") ? arguments() : new Written();
    return scope -> {
      Object filtered = value.evaluate(scope);
      scope.budget().steps(AT_ONCE.contains(name) ? 0 : Budget.size(filtered));
      if (COMPARING.contains(name)) {
        scope.budget().goneThrough(filtered);
      }
      return scope.made(Filters.apply(name, filtered, list.evaluate(scope)));
    };
  }

  private Expression test(Expression value) {
    boolean isNegated = skipName("not");
    String name = expect(Kind.NAME).text();
    Token next = current();
    Written given = next.isOperator("(") ? arguments() : new Written();
    if (next.is(Kind.NAME) && CONTINUING.contains(next.text())) {
      // Jinja2 takes the word as the test's argument, and fails
      throw unexpected("the end of the test");
    } else if (startsArgument(next)) {
      given.positional().add(postfix(primary()));
    }
    return scope -> {
      Object tested = value.evaluate(scope);
      Arguments all = given.evaluate(scope);
      if (!all.positional().isEmpty()) { // the test compares with its argument
        scope.budget().goneThrough(tested);
        all.positional().forEach(scope.budget()::goneThrough);
      }
      return Tests.passes(name, tested, all) != isNegated;
    };
  }

  /** {@code x is divisibleby 3}: an argument without parentheses. */
  private static boolean startsArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !RESERVED.contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }

  /** Arguments in parentheses. */
  Written arguments() {
    expectOperator("(");
    Written given = new Written();
    list(")", () -> argument(given));
    return given;
  }

  private void argument(Written given) {
    boolean mayBeSpread = given.spreadNamed().isEmpty();
    boolean mayBePositional = mayBeSpread && given.spread().isEmpty();
    if (mayBeSpread && skipOperator("**")) {
      given.spreadNamed().add(expression());
    } else if (mayBePositional && skipOperator("*")) {
      given.spread().add(expression());
    } else if (current().is(Kind.NAME) && lookahead().isOperator("=")) {
      String name = next().text();
      next();
      given.named().put(name, expression());
    } else if (mayBePositional && given.named().isEmpty()) {
      given.positional().add(expression());
    } else {
      throw unexpected("a named argument");
    }
  }

  private static Expression constant(Object value) {
    return scope -> value;
  }
}
