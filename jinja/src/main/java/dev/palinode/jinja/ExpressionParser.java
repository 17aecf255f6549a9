package dev.palinode.jinja;

import dev.palinode.jinja.Token.Kind;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Parses expressions. One method per level of precedence, the lowest first, in Jinja2's order:
 * inline if, or, and, not, comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **},
 * signs, then postfix operators.
 */
abstract class ExpressionParser extends ValueParser {
  ExpressionParser(List<Token> tokens) {
    super(tokens);
  }

  @Override
  Expression expression() {
    Expression value = or();
    while (skipName("if")) {
      Expression condition = or();
      Expression yes = value;
      Expression no =
          skipName("else")
              ? expression()
              : scope -> new Undefined("the inline if was false and has no else");
      value = scope -> (Values.isTrue(condition.evaluate(scope)) ? yes : no).evaluate(scope);
    }
    return value;
  }

  /** An expression, or several separated by commas, which are a tuple. */
  Expression tuple() {
    return tuple(true, false);
  }

  /** The same without inline if, where {@code if} means something else. */
  Expression tupleWithoutIf() {
    return tuple(false, false);
  }

  @Override
  Expression tuple(boolean withIf, boolean mayBeEmpty) {
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (!isEndOfTuple()) {
      items.add(withIf ? expression() : or());
      if (!skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (items.size() == 1 && !isTuple) {
      return items.get(0);
    } else if (items.isEmpty() && !mayBeEmpty) {
      throw unexpected("an expression");
    }
    return scope -> scope.made(new Tuple(Expression.all(items, scope)));
  }

  private boolean isEndOfTuple() {
    Token token = current();
    return token.is(Kind.VARIABLE_END)
        || token.is(Kind.BLOCK_END)
        || token.isOperator(")")
        || token.isName("recursive");
  }

  Expression or() {
    return logical("or", true, this::and);
  }

  private Expression and() {
    return logical("and", false, this::not);
  }

  /** The first operand whose truth is {@code wanted}, otherwise the last. */
  private Expression logical(String word, boolean wanted, Supplier<Expression> operand) {
    Expression left = operand.get();
    while (skipName(word)) {
      Expression a = left;
      Expression b = operand.get();
      left =
          scope -> {
            Object value = a.evaluate(scope);
            return Values.isTrue(value) == wanted ? value : b.evaluate(scope);
          };
    }
    return left;
  }

  private Expression not() {
    if (skipName("not")) {
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
      if (isOneOf("==", "!=", "<", "<=", ">", ">=")) {
        operators.add(next().text());
      } else if (skipName("in")) {
        operators.add("in");
      } else if (current().isName("not") && lookahead().isName("in")) {
        next();
        next();
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
      scope.budget().goneThrough(left);
      scope.budget().goneThrough(right);
      if (!Operations.holds(operators.get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Expression sum() {
    return arithmetic(this::concatenation, "+", "-");
  }

  private Expression product() {
    return arithmetic(this::power, "*", "/", "//", "%");
  }

  /** Operators of the same precedence, from left to right. */
  private Expression arithmetic(Supplier<Expression> operand, String... operators) {
    Expression left = operand.get();
    while (isOneOf(operators)) {
      left = arithmetic(next().text(), left, operand.get());
    }
    return left;
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>();
    parts.add(product());
    while (skipOperator("~")) {
      parts.add(product());
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return scope -> {
      StringBuilder text = new StringBuilder();
      for (Object part : Expression.all(parts, scope)) {
        Budget.checkLength(text.append(PythonText.str(part)).length());
      }
      return scope.made(text.toString());
    };
  }

  private Expression power() {
    boolean isSigned = isOneOf("+", "-");
    Expression left = signed(true);
    if (isSigned && isOneOf("**")) {
      // Jinja2 parses -x ** y in one way if x and y are constants, and in the other otherwise
      throw unexpected("parentheses: what does the sign belong to?");
    }
    while (isOneOf("**")) {
      left = arithmetic(next().text(), left, signed(true));
    }
    return left;
  }

  private static Expression arithmetic(String operator, Expression left, Expression right) {
    return scope ->
        scope.made(Operations.arithmetic(operator, left.evaluate(scope), right.evaluate(scope)));
  }

  private Expression signed(boolean withFilters) {
    Expression value;
    if (skipOperator("-")) {
      Expression operand = signed(false);
      value = scope -> Operations.negated(operand.evaluate(scope));
    } else if (skipOperator("+")) {
      Expression operand = signed(false);
      value = scope -> Operations.unchanged(operand.evaluate(scope));
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtered(value) : value;
  }

  private boolean isOneOf(String... operators) {
    return current().is(Kind.OPERATOR) && List.of(operators).contains(current().text());
  }
}
