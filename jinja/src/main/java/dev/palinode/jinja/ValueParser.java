package dev.palinode.jinja;

import dev.palinode.jinja.Token.Kind;
import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses names, literals and parentheses, with their suffixes: {@code .name}, {@code [index]},
 * slices, calls, filters and tests.
 */
final class ValueParser {
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "if", "else", "elif", "in", "is", "for");
  private static final Set<String> CONTINUING = Set.of("is", "in", "not", "if", "elif", "for");

  /** Filters with a constant number of steps, whatever the list's length. */
  private static final Set<String> AT_ONCE = Set.of("count", "d", "default", "first", "length");

  /** Filters that compare items recursively. */
  private static final Set<String> COMPARING =
      Set.of("dictsort", "max", "min", "sort", "unique", "sum");

  private static final Expression LEFT_OUT = scope -> None.NONE;

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  ValueParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.current().is(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        yield constant(text.toString());
      }
      case INTEGER -> constant(number(token));
      case FLOAT -> constant(Double.parseDouble(token.text()));
      default -> {
        if (token.isOperator("(")) {
          Expression inner = expressions.tuple(true, true);
          tokens.expectOperator(")");
          yield inner;
        } else if (token.isOperator("[")) {
          List<Expression> items = new ArrayList<>();
          tokens.list("]", () -> items.add(expressions.expression()));
          yield scope -> scope.made(new ArrayList<>(ExpressionParser.evaluated(items, scope)));
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
    tokens.list(
        "}",
        () -> {
          keys.add(expressions.expression());
          tokens.expectOperator(":");
          values.add(expressions.expression());
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
      if (tokens.skipOperator(".")) {
        value = dotted(base);
      } else if (tokens.skipOperator("[")) {
        value = subscript(base);
      } else if (tokens.current().isOperator("(")) {
        value = call(base);
      } else {
        return value;
      }
    }
  }

  private Expression dotted(Expression base) {
    Token token = tokens.next();
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
    if (!tokens.current().isOperator(":")) {
      if (start == LEFT_OUT) {
        throw tokens.unexpected("an index");
      }
      tokens.expectOperator("]");
      return scope -> Attributes.item(base.evaluate(scope), start.evaluate(scope));
    }
    tokens.next();
    Expression stop = sliceBound();
    Expression step = tokens.skipOperator(":") ? sliceBound() : LEFT_OUT;
    tokens.expectOperator("]");
    return scope ->
        scope.made(
            Slices.slice(
                base.evaluate(scope),
                start.evaluate(scope),
                stop.evaluate(scope),
                step.evaluate(scope)));
  }

  private Expression sliceBound() {
    Token token = tokens.current();
    return token.isOperator(":") || token.isOperator("]") ? LEFT_OUT : expressions.expression();
  }

  private Expression call(Expression base) {
    return call(base, arguments());
  }

  /** A call with an argument added to those in the template. */
  Expression callWith(String name, Expression value) {
    Expression base = primary();
    while (tokens.skipOperator(".")) {
      base = dotted(base);
    }
    Arguments.Written written = arguments();
    Map<String, Expression> named = new LinkedHashMap<>(written.named());
    named.put(name, value);
    return call(
        base,
        new Arguments.Written(
            written.positional(), named, written.spread(), written.spreadNamed()));
  }

  private static Expression call(Expression base, Arguments.Written list) {
    return scope -> {
      Object callee = base.evaluate(scope);
      if (callee instanceof Callable callable) {
        return scope.made(callable.call(list.evaluate(scope)));
      } else if (callee instanceof Undefined undefined) {
        throw undefined.failure();
      }
      throw new TemplateException("%s cannot be called", Values.type(callee));
    };
  }

  /** Filters and tests. Only {@code .}, {@code []} and calls have a higher precedence. */
  Expression filtered(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.current().isOperator("|")) {
        value = filters(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.current().isOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  /** A chain of filters, each applied to the result of the one before. */
  Expression filters(Expression start) {
    Expression value = start;
    while (tokens.skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter's name and arguments, after the {@code |}. */
  Expression filter(Expression value) {
    String name = tokens.expect(Kind.NAME).text();
    Arguments.Written list =
        tokens.current().isOperator("(") ? arguments() : Arguments.Written.NONE;
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
    boolean isNegated = tokens.skipName("not");
    String name = tokens.expect(Kind.NAME).text();
    Arguments.Written list = Arguments.Written.NONE;
    if (tokens.current().isOperator("(")) {
      list = arguments();
    } else if (CONTINUING.contains(tokens.current().text()) && tokens.current().is(Kind.NAME)) {
      // Jinja2 takes the word as the test's argument, and fails
      throw tokens.unexpected("the end of the test");
    } else if (startsArgument(tokens.current())) {
      Expression argument = postfix(primary());
      list = new Arguments.Written(List.of(argument), Map.of(), null, null);
    }
    Arguments.Written given = list;
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
  Arguments.Written arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNamed = null;
    while (!tokens.skipOperator(")")) {
      if (spreadNamed == null && tokens.skipOperator("**")) {
        spreadNamed = expressions.expression();
      } else if (spread == null && spreadNamed == null && tokens.skipOperator("*")) {
        spread = expressions.expression();
      } else if (tokens.current().is(Kind.NAME) && tokens.lookahead().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expressions.expression());
      } else if (named.isEmpty() && spread == null && spreadNamed == null) {
        positional.add(expressions.expression());
      } else {
        throw tokens.unexpected("a named argument");
      }
      if (!tokens.current().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Arguments.Written(positional, named, spread, spreadNamed);
  }

  private static Expression constant(Object value) {
    return scope -> value;
  }
}
