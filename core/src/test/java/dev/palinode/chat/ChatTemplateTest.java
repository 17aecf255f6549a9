package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> renderings() throws IOException {
    List<Arguments> renderings = new ArrayList<>();
    JsonNode expected = Fixtures.json(Fixtures.fixture("chat_templates/expected.json"));
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      String file = entry.getValue().path("file").asText();
      ChatTemplate template =
          new ChatTemplate(
              Files.readString(Fixtures.fixture("chat_templates/" + file)),
              JSON.convertValue(entry.getValue().path("special_tokens"), new TypeReference<>() {}));
      for (JsonNode rendering : entry.getValue().path("renderings")) {
        String name = entry.getKey() + "/" + rendering.path("name").asText();
        renderings.add(arguments(name, template, rendering));
      }
    }
    return renderings.stream();
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("renderings")
  void render_templateOfTheFixtures_asTransformers(
      String name, ChatTemplate template, JsonNode expected) {
    String wanted =
        expected.has("error")
            ? "error: " + expected.path("error").asText()
            : expected.path("text").asText();

    assertThat(renderOrError(template, expected)).isEqualTo(wanted);
  }

  private static String renderOrError(ChatTemplate template, JsonNode rendering) {
    Map<String, Object> variables = new HashMap<>();
    if (rendering.has("kwargs")) {
      variables.putAll(
          JSON.convertValue(rendering.path("kwargs"), new TypeReference<Map<String, Object>>() {}));
    }
    if (rendering.has("tools")) {
      variables.put("tools", JSON.convertValue(rendering.path("tools"), new TypeReference<>() {}));
    }
    List<Map<String, Object>> messages =
        JSON.convertValue(rendering.path("messages"), new TypeReference<>() {});
    boolean prompt = rendering.path("add_generation_prompt").asBoolean();
    try {
      return template.render(messages, prompt, variables);
    } catch (IllegalArgumentException e) {
      return "error: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 7*7 }}",
        "{% raw %}",
        "{% endfor %}{{ bos_token }}",
        "{# gone? #}",
        "{{ raise_exception('x') }}",
        "[RESET]<|eot_id|>",
        "a\n  {%- if x %}  b"
      })
  void render_syntaxInContent_isData(String content) {
    ChatTemplate template =
        template("{% for m in messages %}{% set c = m['content'] | trim %}[{{ c }}]{% endfor %}");

    assertThat(template.render(List.of(Message.user(content)), false))
        .isEqualTo("[" + content + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "'{{ \"  a b \".strip() }}' @ a b",
        "'{{ \"xxaxx\".lstrip(\"x\") }}' @ axx",
        "'{{ \"xxaxx\".rstrip(\"x\") }}' @ xxa",
        "'{{ \"a.b.c\".split(\".\")[-1] }}' @ c",
        "'{{ \" a  b \".split() | length }}' @ 2",
        "'{{ \"abc\".startswith(\"ab\") and \"abc\".endswith(\"bc\") }}' @ True",
        "'{% for k, v in {\"a\": 1, \"b\": 2}.items() %}{{ k }}{{ v }}{% endfor %}' @ a1b2",
        "'{{ [1, {\"k\": \"<é\\n\"}] | tojson }}' @ '[1, {\"k\": \"<é\\n\"}]'",
        "'{{ not missing is defined and not messages is none }}' @ True",
        "'{% set n = namespace(a=[1,2,3]|length - 1) %}{% set n.b = n.a * 2 %}{{ n.b }}' @ 4",
        "'{{ \"text\" is iterable }}' @ True",
        "'{{ [] | tojson(indent=2) }}' @ []",
      })
  void render_pythonSemantics(String source, String expected) {
    assertThat(template(source).render(List.of(Message.user("q")), false)).isEqualTo(expected);
  }

  @Test
  void render_trim_isPythons() {
    ChatTemplate template = template("[{{ messages[0].content | trim }}]");

    assertThat(template.render(List.of(Message.user("\u00A0\u3000\u0085a\0 ")), false))
        .isEqualTo("[a\0]");
  }

  @Property
  void render_anyContent_comesThroughUnchanged(@ForAll String content) {
    ChatTemplate template =
        template(
            "{% for m in messages %}{{ m['role'] + ':' + m.content }}|{{ m.content }}{% endfor %}");

    assertThat(template.render(List.of(Message.user(content)), false))
        .isEqualTo("user:" + content + "|" + content);
  }

  @Test
  void render_strftimeNow_isToday() {
    assertThat(template("{{ strftime_now('%Y-%m') }}").render(List.of(), false))
        .matches("\\d{4}-\\d{2}");
  }

  @Test
  void render_oneLineEndAtTheEnd_isDropped() {
    assertThat(template("a\n\n").render(List.of(), false)).isEqualTo("a\n");
  }

  @Test
  void render_raiseException_givesItsMessage() {
    ChatTemplate template = template("{{ raise_exception('only ' + messages[0].role) }}");

    assertThatThrownBy(() -> template.render(List.of(Message.user("q")), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("only user");
  }

  @Test
  void brokenTemplate_saysWhere() {
    assertThatThrownBy(() -> template("a\n{% for m in %}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the chat template cannot be read: line 2: unexpected '%}'");
    ChatTemplate template = template("a\n{{ messages[0].x.y }}");
    assertThatThrownBy(() -> template.render(List.of(Message.user("q")), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the chat template cannot be rendered: line 2: dict has no 'x'");
  }

  private static ChatTemplate template(String source) {
    return new ChatTemplate(source, Map.of("bos_token", "<s>"));
  }
}
