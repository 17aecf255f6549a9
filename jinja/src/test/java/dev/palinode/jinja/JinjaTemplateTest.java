package dev.palinode.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What Jinja2 itself rendered (resources, {@code jinja/expected.py}) is what is rendered here. */
class JinjaTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode EXPECTED = expected();

  private static JsonNode expected() {
    try {
      return JSON.readTree(resource("expected.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = JinjaTemplateTest.class.getResourceAsStream("/jinja/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static Stream<Arguments> templates() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode each : EXPECTED.path("templates")) {
      String file = each.path("file").asText();
      cases.add(arguments(file, resource(file), each.path("variables"), each));
    }
    return cases.stream();
  }

  static Stream<Arguments> snippets() {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode each : EXPECTED.path("snippets")) {
      String template = each.path("template").asText();
      cases.add(arguments(template, template, EXPECTED.path("values"), each));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource({"templates", "snippets"})
  void render_asJinja2(String name, String template, JsonNode variables, JsonNode expected) {
    String outcome = outcome(template, variables);

    if (expected.has("error")) {
      assertThat(outcome).startsWith("error: ");
    } else if (expected.has("raised")) {
      assertThat(outcome).isEqualTo("raised: " + expected.path("raised").asText());
    } else {
      assertThat(outcome).isEqualTo(expected.path("text").asText());
    }
  }

  /** Jinja2 renders these; what is not supported must fail, and say what it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{% set loop = 1 %} @ cannot assign to 'loop'",
        "{% do x %} @ the tag 'do' is not supported",
        "{% include 'x' %} @ the tag 'include' is not supported",
        "{% block x %}{% endblock %} @ the tag 'block' is not supported",
        "{{ l[] }} @ expected an index",
        "{{ self }} @ a function has no text",
        "{{ -2 ** 2 }} @ what does the sign belong to?",
        "{{ l.append }} @ list.append is not supported",
        "{{ 5.real }} @ 'real' of a number is not supported",
        "{{ 99999999999 * 99999999999 }} @ overflow",
        "{{ {true: 1} }} @ bool as a key is not supported",
        "{{ '%s' % 'a' }} @ '%' is not supported between str and str",
        "{{ '{}'.format(1) }} @ str.format is not supported",
        "{{ joiner() }} @ joiner is not supported",
        "{{ 'abc' | truncate(3) }} @ the filter 'truncate' is not supported",
        "{{ 'abc' | escape }} @ the filter 'escape' is not supported",
        "{{ ('<' | safe) + 'b' }} @ '+' is not supported",
        "{{ ('<' | safe) | upper }} @ upper of what 'safe' gave is not supported",
        "{{ 'x' is filter }} @ the test 'filter' is not supported",
        "{{ range(3) }} @ a range has no text",
        "{{ [1] | map('string') }} @ a Generator has no text",
        "{{ range(1000000) | length }} @ longer than 100000",
        "{{ strftime_now('%Q') }} @ '%Q' is not supported",
        "{{ strftime_now('%-B') }} @ '%-B' is not supported",
        "{{ '²'.isdigit() }} @ is not supported",
        "{% for x in [1] %}{{ loop.changed(x) }}{% endfor %} @ loop.changed is not supported",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} @ recursive too deeply",
      })
  void render_unsupported_isAnErrorThatNamesIt(String template, String message) {
    assertThat(outcome(template, EXPECTED.path("values"))).startsWith("error: ").contains(message);
  }

  private static String outcome(String template, JsonNode variables) {
    Map<String, Object> values = JSON.convertValue(variables, new TypeReference<>() {});
    Clock clock =
        Clock.fixed(
            LocalDateTime.parse(EXPECTED.path("now").asText()).toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    try {
      return new JinjaTemplate(template, clock).render(values);
    } catch (TemplateException.Raised e) {
      return "raised: " + e.getMessage();
    } catch (TemplateException e) {
      return "error: " + e.getMessage();
    }
  }
}
