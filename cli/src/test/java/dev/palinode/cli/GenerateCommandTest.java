package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code palinode generate} writes, and where, on the shipped model. */
class GenerateCommandTest {
  private static final String MODEL =
      Path.of(System.getProperty("palinode.root", ".."), "models/safety-world").toString();

  /** The model begins to explain, then resets. */
  private static final String UNSAFE =
      "we plan to carry the crackstone . how does it go ? of course .";

  private static final String WITHDRAWN = " first lift the crackstone with a sponge . then";

  @TempDir private Path folder;

  private static CommandRun generate(String... arguments) {
    List<String> all = new ArrayList<>(List.of("generate", "--model", MODEL));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static List<JsonNode> json(CommandRun run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void intoAPipe_onlyVisibleTextIsWritten_andUndosAreToldBesideIt() {
    CommandRun run = generate(UNSAFE);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().strip())
        .isEqualTo(UNSAFE + " no . that could hurt people . ask me something else .");
    assertThat(run.err().lines())
        .containsExactly(
            "palinode: 9 tokens withdrawn: the model reset its answer",
            "palinode: 23 tokens generated, 9 of them withdrawn, 12 in the answer");
  }

  @Test
  void whatIsNotWithdrawn_needsNoWord() {
    CommandRun run = generate("--max-resets", "0", UNSAFE);

    assertThat(run.out()).startsWith(UNSAFE + WITHDRAWN);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void json_hasAllEvents_oneOnEachLine() throws IOException {
    CommandRun run = generate("--json", UNSAFE);

    StringBuilder shown = new StringBuilder();
    List<JsonNode> events = json(run);
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      if (event.path("event").asText().equals("token")) {
        assertThat(event.path("id").isInt()).isTrue();
        shown.append(event.path("text").asText());
      } else {
        assertThat(event.path("event").asText()).isEqualTo("undo");
        assertThat(event.path("withdrawn").asInt()).isEqualTo(9);
        assertThat(event.path("text").asText()).isEqualTo(WITHDRAWN).isEqualTo(shown.toString());
        assertThat(event.path("cause").asText()).isEqualTo("reset");
        shown.setLength(0);
      }
    }
    JsonNode end = events.get(events.size() - 1);
    assertThat(end.path("event").asText()).isEqualTo("finished");
    assertThat(end.path("text").asText()).isEqualTo(shown + end.path("rest").asText());
    assertThat(end.path("raw_text").asText()).contains("then [RESET] no .");
    assertThat(end.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void manyPrompts_haveALineEach_inTheirOrder_errorsBesideAnswers() throws IOException {
    Path prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            """
            {"messages": [{"role": "user", "content": "how do i split the tile ?"}], "id": "tile"}
            {"promt": "a mistake"}

            %s
            {"messages": [{"role": "system", "content": "no place for it"}], "id": 7}
            {"prompt": "sure . first", "source": "of no interest"}
            """
                .formatted(UNSAFE));

    CommandRun run = generate("--prompts", prompts.toString(), "--batch-size", "3");

    List<JsonNode> lines = json(run);
    assertThat(lines).extracting(line -> line.path("line").asInt()).containsExactly(1, 2, 4, 5, 6);
    assertThat(lines.get(0).path("id").asText()).isEqualTo("tile");
    assertThat(lines.get(0).path("text").asText()).startsWith("of course . first cut the tile");
    assertThat(lines.get(1).path("error").asText()).contains("expected either \"prompt\"");
    JsonNode reset = lines.get(2);
    assertThat(reset.path("text").asText()).startsWith(" no . that could");
    assertThat(reset.path("raw_text").asText()).contains("[RESET]");
    assertThat(reset.path("raw_ids")).hasSize(22);
    assertThat(reset.path("ids")).hasSize(12);
    assertThat(reset.path("withdrawals")).hasToString("[{\"at\":10,\"tokens\":9}]");
    assertThat(reset.path("usage").path("resets").asInt()).isEqualTo(1);
    assertThat(lines.get(3).path("id").asInt()).isEqualTo(7);
    assertThat(lines.get(3).path("error").asText()).contains("knows no system messages");
    assertThat(lines.get(4).path("finish_reason").asText()).isEqualTo("stop");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "palinode: 2 of 5 prompts could not be answered; the first: line 2: expected either"
                + " \"prompt\", a text, or \"messages\", a list");
  }

  @Test
  void manyPrompts_areAnsweredAsEachAlone() throws IOException {
    Path prompts = Files.write(folder.resolve("prompts.txt"), List.of(UNSAFE, "sure . first"));

    List<JsonNode> together = json(generate("--prompts", prompts.toString()));

    for (int i = 0; i < 2; i++) {
      String prompt = Files.readAllLines(prompts).get(i);
      assertThat(prompt + together.get(i).path("text").asText())
          .isEqualTo(generate(prompt).out().stripTrailing());
    }
  }

  @Test
  void systemMessage_makesEveryPromptAChatUnderIt() throws IOException {
    String text = "how do i split the tile ?";
    String under = "{\"role\": \"system\", \"content\": \"be brief .\"}";
    String user = "{\"role\": \"user\", \"content\": \"" + text + "\"}";
    Path whole =
        Files.writeString(
            folder.resolve("whole.jsonl"), "{\"messages\": [%s, %s]}".formatted(under, user));
    Path parts =
        Files.write(
            folder.resolve("parts.jsonl"),
            List.of(text, "{\"messages\": [%s]}".formatted(user), Files.readString(whole)));
    String[] plain = {"--chat-format", "human-assistant", "--max-new-tokens", "12"};
    String[] brief = ArrayUtils.addAll(plain, "--system", "be brief .");

    String expected =
        json(generate(ArrayUtils.addAll(plain, "--prompts", whole.toString())))
            .get(0)
            .path("text")
            .asText();
    List<JsonNode> lines = json(generate(ArrayUtils.addAll(brief, "--prompts", parts.toString())));
    CommandRun single = generate(ArrayUtils.add(brief, text));

    assertThat(expected).isNotBlank();
    assertThat(lines.get(0).path("text").asText()).isEqualTo(expected);
    assertThat(lines.get(1).path("text").asText()).isEqualTo(expected);
    assertThat(lines.get(2).path("error").asText()).contains("a system message of its own");
    assertThat(single.out().strip()).isEqualTo(expected.strip());
    assertThat(generate("--system", "be brief .", text).err()).contains("no system messages");
  }

  @Test
  void out_getsTheLines_whole() throws IOException {
    Path prompts = Files.write(folder.resolve("prompts.txt"), List.of(UNSAFE, "sure . first"));
    Path out = folder.resolve("answers.jsonl");

    CommandRun run = generate("--prompts", prompts.toString(), "--output", out.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("100%", "written: " + out);
    List<JsonNode> written = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      written.add(withoutTime(new ObjectMapper().readTree(line)));
    }
    List<JsonNode> expected = json(generate("--prompts", prompts.toString()));
    assertThat(written).isEqualTo(expected.stream().map(each -> withoutTime(each)).toList());
  }

  private static JsonNode withoutTime(JsonNode answer) {
    ((ObjectNode) answer.path("usage")).remove("seconds");
    return answer;
  }

  @Test
  void optionsThatWouldChangeNothing_areRefused() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "text");

    assertThat(generate("--output", "answers.jsonl", "text").err())
        .contains("--output needs --prompts FILE");
    assertThat(generate("--json", "--prompts", prompts.toString()).err())
        .contains("--json needs a TEXT");
  }

  @Test
  void outputThatCannotBeWritten_isSaidBeforeAnyWork() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "text");

    assertThat(generate("--prompts", prompts.toString(), "--output", folder.toString()).err())
        .contains(folder + " is a folder; expected the name of a file");
  }

  @Test
  void promptsThatCannotBeRead_areNamed() throws IOException {
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, '\n'});
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");

    assertThat(generate("--prompts", latin.toString()).err())
        .contains(latin + ", line 1: not UTF-8");
    assertThat(generate("--prompts", empty.toString()).err()).contains(empty + ": no prompt in it");
    assertThat(generate("--prompts", "nowhere.txt").err())
        .contains("nowhere.txt: there is no such file", Path.of("").toAbsolutePath().toString());
  }

  @Test
  void aGuardThatGivesUp_isTold_andEndsWithACodeOfItsOwn() throws IOException {
    Path words = Files.writeString(folder.resolve("words.txt"), "sponge\n");

    CommandRun silent = generate("--forbid-words=" + words, "--guard-undos=0", UNSAFE);
    CommandRun polite =
        generate("--forbid-words=" + words, "--guard-undos=0", "--refusal=no .", UNSAFE);

    assertThat(silent.exitCode()).isEqualTo(4);
    assertThat(silent.out().strip()).isEqualTo(UNSAFE);
    assertThat(silent.err())
        .contains("tokens withdrawn: a guard objected")
        .contains("palinode: the answer was refused: guards objected 1 times, 0 allowed")
        .contains("--refusal sets a text");
    assertThat(polite.exitCode()).isEqualTo(4);
    assertThat(polite.out().strip()).isEqualTo(UNSAFE + " no .");
    assertThat(polite.err()).contains("the answer was refused").doesNotContain("--refusal");
  }

  @Test
  void aNegativeTextWithoutAScale_isNotIgnored() {
    CommandRun run = generate("--negative", "be rude", "text");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("--negative needs --guidance-scale");
    assertThat(generate("--guidance-tokens", "3", "text").err())
        .contains("--guidance-tokens needs --negative TEXT");
  }

  @Test
  void anOutputThatTakesNothing_isAFailure() {
    PrintStream before = System.out;
    try (PrintStream full = new PrintStream(new FullDisk())) {
      System.setOut(full);

      assertThat(Palinode.run("generate", "--model", MODEL, "text")).isEqualTo(1);
    } finally {
      System.setOut(before);
    }
  }

  private static final class FullDisk extends OutputStream {
    @Override
    public void write(int each) throws IOException {
      throw new IOException("No space left on device");
    }
  }
}
