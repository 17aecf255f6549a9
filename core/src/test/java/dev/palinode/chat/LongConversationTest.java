package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.jinja.JinjaTemplate;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real templates render long conversations in spite of the limits against hostile templates. */
class LongConversationTest {
  @Test
  void everyTemplateOfTheFixtures_laysOutALongConversation() throws IOException {
    List<Map<String, String>> messages =
        IntStream.range(0, 32_000).mapToObj(LongConversationTest::message).toList();
    try (Stream<Path> files = Files.list(Fixtures.fixture("chat_templates"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".jinja")).sorted().toList()) {
        Map<String, Object> variables =
            Map.of(
                "messages",
                messages,
                "add_generation_prompt",
                true,
                "bos_token",
                "<s>",
                "eos_token",
                "</s>");
        String text =
            new JinjaTemplate(Files.readString(file), Clock.systemUTC()).render(variables);
        assertThat(text).as("%s", file).hasSizeGreaterThan(1_000_000);
      }
    }
  }

  private static Map<String, String> message(int index) {
    return Map.of(
        "role",
        index % 2 == 0 ? "user" : "assistant",
        "content",
        "Some words that somebody may have said. ".repeat(3));
  }
}
