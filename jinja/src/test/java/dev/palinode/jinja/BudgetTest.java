package dev.palinode.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile template cannot do, and what no honest one is kept from. */
class BudgetTest {
  private static String rendered(String template, Map<String, ?> variables) {
    return new JinjaTemplate(template, Clock.systemUTC()).render(variables);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'x' * 2000000000 }}",
        "{{ ('x' * 30000000) * 30 }}",
        "{{ ([0] * 2000000000) | length }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) %}abcdefghij{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% for i in range(100000) %}{{ 99999 in range(100000) }}{% endfor %}",
        "{{ ('a' * 60000) | replace('a', 'b' * 60000) }}",
        "{{ range(60000) | join('b' * 60000) }}",
        "{{ ('b' * 60000).join(('a' * 60000).replace('a', 'a ').split()) }}",
        "{{ 'a' | indent(2000000000, first=true) }}",
        "{{ ('a\n' * 60000) | indent(60000) }}",
        "{{ [[1]] | tojson(indent=2000000000) }}",
        "{{ 1.5 | round(2000000000) }}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(99) }}",
        "{% for i in range(100000) %}{% for x in range(100000) | select('equalto', -1) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{{ range(100000) | sum }}{% endfor %}",
      })
  void whatDoesNotEnd_isRefusedWithALimit(String template) {
    assertThatThrownBy(() -> rendered(template, Map.of()))
        .isInstanceOf(TemplateException.class)
        .message()
        .containsAnyOf("limit", "not supported", "too deeply");
  }

  @Test
  void error_namesTheLine() {
    assertThatThrownBy(() -> rendered("\n\n{{ 'x' * 2000000000 }}", Map.of()))
        .hasMessageContaining("line 3");
  }

  @Test
  void longConversation_isLaidOut() {
    String template =
        """
        {%- for message in messages -%}
        {%- if loop.index0 == messages | length - 1 and message.role == 'user' -%}[last]{%- endif -%}
        {{ '<' + message['role'] + '>' }}{{ message['content'] | trim + '\n' }}
        {%- endfor -%}
        """;

    assertThat(rendered(template, Map.of("messages", conversation(32_000))))
        .hasSizeGreaterThan(3_200_000);
  }

  private static List<Map<String, String>> conversation(int messages) {
    return IntStream.range(0, messages)
        .mapToObj(
            i ->
                Map.of(
                    "role",
                    i % 2 == 0 ? "user" : "assistant",
                    "content",
                    "Some words that somebody may have said. ".repeat(3)))
        .toList();
  }
}
