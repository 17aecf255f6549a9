package dev.palinode.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.evaluation.judging.PairwiseJudge;
import dev.palinode.evaluation.judging.PairwiseJudges;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairwiseRunTest {
  @TempDir private Path folder;
  private final List<String> asked = new ArrayList<>();

  /** Answers to questions 1 to 5, of two turns; the judge looks for words in them. */
  @BeforeEach
  void writeRuns() throws IOException {
    write("a", "good", "bad", "same", "vain", "poor");
    write("b", "bad", "good", "same", "vain", "mute");
  }

  private void write(String name, String... answers) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < answers.length; i++) {
      String question = "{\"role\":\"user\",\"content\":\"q%s\"}".formatted(i + 1);
      String line =
          "{\"benchmark\":\"mt\",\"id\":\"%s\",\"turn\":%s,\"sample\":0,\"prompt\":[%s],\"visible\":\"%s\"}%n";
      lines.append(line.formatted(i + 1, 1, question, answers[i]));
      String before = question + ",{\"role\":\"assistant\",\"content\":\"" + answers[i] + "\"},";
      lines.append(line.formatted(i + 1, 2, before + question, answers[i]));
    }
    lines.append(
        "{\"benchmark\":\"mt\",\"id\":\"9\",\"turn\":1,\"sample\":0,\"error\":\"no\"}%n"
            .formatted());
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("manifest.json"), "{\"model\":{\"name\":\"m\"}}");
    Files.writeString(run.resolve("summary.json"), "{}");
    Files.writeString(run.resolve("results.jsonl"), lines);
  }

  /** Likes good answers, takes the first of two vain ones, and says nothing about mute ones. */
  private String reply(List<Message> question) {
    String text = question.get(question.size() - 1).content();
    asked.add(text);
    String a = text.replaceAll("(?s).*A(?:\\d)?=(\\w+).*", "$1");
    String b = text.replaceAll("(?s).*B(?:\\d)?=(\\w+).*", "$1");
    return a.equals("mute") || b.equals("mute")
        ? "I cannot say."
        : a.equals("same") ? "Alike: [[C]]" : a.equals("bad") ? "[[B]]" : "So [[A]], not B";
  }

  private ObjectNode run(String output) throws IOException {
    try (PairwiseJudge judge =
        PairwiseJudges.of(folder, FakeChatModel.saying(request -> reply(request.conversation())))) {
      return new PairwiseRun(
              FinishedRun.read(folder.resolve("a")), FinishedRun.read(folder.resolve("b")), judge)
          .run(folder.resolve(output), (done, total) -> {});
    }
  }

  /** By hand: of 8 decided pairs 2 are won, 2 lost, 2 alike, and 2 ties of a judge who is vain. */
  @Test
  void pairs_areComparedInBothOrders() throws IOException {
    JsonNode numbers = run("pairs").path("benchmarks").path(0);

    assertThat(asked).hasSize(20);
    assertThat(asked.get(0)).contains("q1", "A=good", "B=bad");
    assertThat(asked.get(1)).contains("q1", "A=bad", "B=good");
    assertThat(asked.get(2)).contains("1:q1 2:q1", "A1=good A2=good", "B1=bad B2=bad");
    assertThat(numbers.path("counts")).hasToString("{\"pairs\":10,\"failed\":2}");
    JsonNode metrics = numbers.path("metrics");
    assertThat(metrics.at("/win_rate/value").asDouble()).isEqualTo(0.25);
    assertThat(metrics.at("/tie_rate/value").asDouble()).isEqualTo(0.5);
    assertThat(metrics.at("/loss_rate/value").asDouble()).isEqualTo(0.25);
    assertThat(metrics.at("/adjusted_win_rate/value").asDouble()).isEqualTo(0.5);
    assertThat(metrics.at("/win_rate/clusters").asInt()).isEqualTo(4);
    assertThat(PairwiseRun.table(run("again")).toText()).contains("mt", "25.0");
  }

  @Test
  void aSecondRun_asksWhatFailed_andWhatIsMissing() throws IOException {
    run("pairs");
    Path results = folder.resolve("pairs/results.jsonl");
    String whole = Files.readString(results);
    String cut = whole.substring(whole.indexOf('\n') + 1);
    Files.writeString(results, cut.substring(0, cut.length() - 9));
    asked.clear();
    run("pairs");

    assertThat(asked).hasSize(6); // the first, and two that failed, of which the last was cut off
    assertThat(Files.readString(results)).isEqualTo(whole);
  }

  @Test
  void otherQuestions_areRefused() throws IOException {
    Path results = folder.resolve("b/results.jsonl");
    Files.writeString(results, Files.readString(results).replace("q3", "q33"));
    assertThatThrownBy(() -> run("pairs")).hasMessageContaining("prompt 3 of mt is not the same");
  }
}
