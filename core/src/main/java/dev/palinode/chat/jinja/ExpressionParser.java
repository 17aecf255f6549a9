package dev.palinode.chat.jinja;

import dev.palinode.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions. One method per level of binding, the loosest first, in Jinja2's order: inline
 * if, or, and, not, comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **}, signs, then
 * what stands behind a value.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "if", "else", "elif", "in", "is", "for");
  private static final Set<String> CONTINUING = Set.of("is", "in", "not", "if", "elif", "for");
  private static final Expression LEFT_OUT = scope -> None.NONE;

  private final TokenStream tokens;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** An expression; {@code a if b else c} included. */
  Expression expression() {
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression yes = value;
      Expression no =
          tokens.skipName("else")
              ? expression()
              : scope -> new Undefined("the inline if was false and has no else");
      value = scope -> (Values.isTrue(condition.evaluate(scope)) ? yes : no).evaluate(scope);
    }
    return value;
  }

  /** An expression, or several with commas between, which are a tuple. */
  Expression tuple() {
    return tuple(true, false);
  }

  /** The same without inline if, where {@code if} means something else. */
  Expression tupleWithoutIf() {
    return tuple(false, false);
  }

  private Expression tuple(boolean withIf, boolean mayBeEmpty) {
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (!isEndOfTuple()) {
      items.add(withIf ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (items.size() == 1 && !isTuple) {
      return items.get(0);
    } else if (items.isEmpty() && !mayBeEmpty) {
      throw tokens.unexpected("an expression");
    }
    return scope -> new Tuple(evaluated(items, scope));
  }

  private boolean isEndOfTuple() {
    Token token = tokens.current();
    return token.is(Kind.VARIABLE_END)
        || token.is(Kind.BLOCK_END)
        || token.isOperator(")")
        || token.isName("recursive");
  }

  Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      Expression a = left;
      Expression b = and();
      left =
          scope -> {
            Object value = a.evaluate(scope);
            return Values.isTrue(value) ? value : b.evaluate(scope);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      Expression a = left;
      Expression b = not();
      left =
          scope -> {
            Object value = a.evaluate(scope);
            return Values.isTrue(value) ? b.evaluate(scope) : value;
          };
    }
    return left;
  }

  private Expression not() {
    if (tokens.skipName("not")) {
      Expression value = not();
      return scope -> !Values.isTrue(value.evaluate(scope));
    }
    return comparison();
  }

  /** {@code a < b < c} is {@code a < b and b < c}, {@code b} evaluated once. */
  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      if (token.is(Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.lookahead().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(sum());
    }
    return operators.isEmpty() ? first : scope -> compared(first, operators, operands, scope);
  }

  private static boolean compared(
      Expression first, List<String> operators, List<Expression> operands, Scope scope) {
    Object left = first.evaluate(scope);
    for (int i = 0; i < operators.size(); i++) {
      Object right = operands.get(i).evaluate(scope);
      if (!holds(operators.get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private static boolean holds(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Operations.equal(left, right);
      case "!=" -> !Operations.equal(left, right);
      case "<" -> Operations.compare(left, right) < 0;
      case "<=" -> Operations.compare(left, right) <= 0;
      case ">" -> Operations.compare(left, right) > 0;
      case ">=" -> Operations.compare(left, right) >= 0;
      case "in" -> Operations.contains(right, left);
      default -> !Operations.contains(right, left);
    };
  }

  private Expression sum() {
    Expression left = concatenation();
    while (isOneOf("+", "-")) {
      left = arithmetic(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>();
    parts.add(product());
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return scope -> {
      StringBuilder text = new StringBuilder();
      evaluated(parts, scope).forEach(part -> text.append(PythonText.str(part)));
      return text.toString();
    };
  }

  private Expression product() {
    Expression left = power();
    while (isOneOf("*", "/", "//", "%")) {
      left = arithmetic(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = signed(true);
    while (isOneOf("**")) {
      left = arithmetic(tokens.next().text(), left, signed(true));
    }
    return left;
  }

  private static Expression arithmetic(String operator, Expression left, Expression right) {
    return scope -> Operations.arithmetic(operator, left.evaluate(scope), right.evaluate(scope));
  }

  private Expression signed(boolean withFilters) {
    Expression value;
    if (tokens.skipOperator("-")) {
      Expression operand = signed(false);
      value = scope -> Operations.negated(operand.evaluate(scope));
    } else if (tokens.skipOperator("+")) {
      Expression operand = signed(false);
      value = scope -> Operations.unchanged(operand.evaluate(scope));
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtered(value) : value;
  }

  private Expression primary() {
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
          Expression inner = tuple(true, true);
          tokens.expectOperator(")");
          yield inner;
        } else if (token.isOperator("[")) {
          List<Expression> items = items("]");
          yield scope -> new ArrayList<>(evaluated(items, scope));
        } else if (token.isOperator("{")) {
          yield dict();
        }
        throw new TemplateException(
            "unexpected %s, expected an expression".formatted(token.shown()), token.line(), null);
      }
    };
  }

  private static Expression name(Token token) {
    String name = token.text();
    if (RESERVED.contains(name)) {
      throw new TemplateException(
          "unexpected '%s', expected an expression".formatted(name), token.line(), null);
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
      throw new TemplateException("%s is too large".formatted(token.text()), token.line(), e);
    }
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    return scope -> {
      Map<Object, Object> dict = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        dict.put(Values.newKey(keys.get(i).evaluate(scope)), values.get(i).evaluate(scope));
      }
      return dict;
    };
  }

  private List<Expression> items(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          break;
        }
      }
      items.add(expression());
    }
    return items;
  }

  private Expression postfix(Expression start) {
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
      throw new TemplateException(
          "unexpected %s, expected a name".formatted(token.shown()), token.line(), null);
    }
    return scope -> Attributes.attribute(base.evaluate(scope), token.text());
  }

  /** {@code [index]} or {@code [start:stop:step]}, each of the three optional. */
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
        Slices.slice(
            base.evaluate(scope),
            start.evaluate(scope),
            stop.evaluate(scope),
            step.evaluate(scope));
  }

  private Expression sliceBound() {
    Token token = tokens.current();
    return token.isOperator(":") || token.isOperator("]") ? LEFT_OUT : expression();
  }

  private Expression call(Expression base) {
    return call(base, arguments());
  }

  /** A call that is given one more argument than is written. */
  Expression callWith(String name, Expression value) {
    Expression base = primary();
    while (tokens.skipOperator(".")) {
      base = dotted(base);
    }
    ArgumentList written = arguments();
    Map<String, Expression> named = new LinkedHashMap<>(written.named());
    named.put(name, value);
    return call(
        base,
        new ArgumentList(written.positional(), named, written.spread(), written.spreadNamed()));
  }

  private static Expression call(Expression base, ArgumentList list) {
    return scope -> {
      Object callee = base.evaluate(scope);
      if (callee instanceof Callable callable) {
        return callable.call(list.evaluate(scope));
      } else if (callee instanceof Undefined undefined) {
        throw undefined.failure();
      }
      throw new TemplateException("%s cannot be called".formatted(Values.type(callee)));
    };
  }

  /** Filters and tests, which bind tighter than any operator but {@code .}, {@code []}, calls. */
  private Expression filtered(Expression start) {
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

  /** The filters that follow, each on what the one before gave. */
  Expression filters(Expression start) {
    Expression value = start;
    while (tokens.skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter's name and arguments, the {@code |} read already. */
  Expression filter(Expression value) {
    String name = tokens.expect(Kind.NAME).text();
    ArgumentList list = tokens.current().isOperator("(") ? arguments() : ArgumentList.EMPTY;
    return scope -> Filters.apply(name, value.evaluate(scope), list.evaluate(scope));
  }

  private Expression test(Expression value) {
    boolean isNegated = tokens.skipName("not");
    String name = tokens.expect(Kind.NAME).text();
    ArgumentList list = ArgumentList.EMPTY;
    if (tokens.current().isOperator("(")) {
      list = arguments();
    } else if (CONTINUING.contains(tokens.current().text()) && tokens.current().is(Kind.NAME)) {
      // Jinja2 takes the word for the test's argument, and fails
      throw tokens.unexpected("the end of the test");
    } else if (startsArgument(tokens.current())) {
      Expression argument = postfix(primary());
      list = new ArgumentList(List.of(argument), Map.of(), null, null);
    }
    ArgumentList given = list;
    return scope -> Tests.passes(name, value.evaluate(scope), given.evaluate(scope)) != isNegated;
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
  ArgumentList arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNamed = null;
    boolean isFirst = true;
    while (!tokens.skipOperator(")")) {
      if (!isFirst) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      isFirst = false;
      if (spreadNamed == null && tokens.skipOperator("**")) {
        spreadNamed = expression();
      } else if (spread == null && spreadNamed == null && tokens.skipOperator("*")) {
        spread = expression();
      } else if (tokens.current().is(Kind.NAME) && tokens.lookahead().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expression());
      } else if (named.isEmpty() && spread == null && spreadNamed == null) {
        positional.add(expression());
      } else {
        throw tokens.unexpected("a named argument");
      }
    }
    return new ArgumentList(positional, named, spread, spreadNamed);
  }

  private boolean isOneOf(String... operators) {
    return tokens.current().is(Kind.OPERATOR)
        && List.of(operators).contains(tokens.current().text());
  }

  private static Expression constant(Object value) {
    return scope -> value;
  }

  static List<Object> evaluated(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(expression -> values.add(expression.evaluate(scope)));
    return values;
  }

  /** The arguments of a call, as written. */
  record ArgumentList(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression spread,
      @Nullable Expression spreadNamed) {
    static final ArgumentList EMPTY = new ArgumentList(List.of(), Map.of(), null, null);

    Arguments evaluate(Scope scope) {
      List<Object> values = evaluated(positional, scope);
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
      if (spread != null) {
        Values.items(spread.evaluate(scope)).forEach(values::add);
      }
      if (spreadNamed != null) {
        if (!(spreadNamed.evaluate(scope) instanceof Map<?, ?> map)) {
          throw new TemplateException("expected a dict behind **");
        }
        map.forEach((name, value) -> byName.put(PythonText.str(name), value));
      }
      return new Arguments(values, byName);
    }
  }
}
