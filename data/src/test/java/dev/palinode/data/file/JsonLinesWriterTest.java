package dev.palinode.data.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLinesWriterTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"x.jsonl", "x.jsonl.gz", "x.jsonl.zst"})
  void commit_whatWasWritten_isReadBack(String name) throws IOException {
    Path file = folder.resolve(name);
    List<ObjectNode> rows =
        List.of(row("line\nbreak, tab\t, NUL \0, \u2028"), row("🦆 ä"), row(""));
    try (JsonLinesWriter out = new JsonLinesWriter(file)) {
      for (ObjectNode row : rows) {
        out.write(row);
      }
      assertThat(file).doesNotExist();
      out.commit();
    }
    assertThat(read(file)).isEqualTo(rows);
    assertThat(names()).containsExactly(name);
  }

  @Test
  void commit_overAnOlderFile_replacesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), "old");
    try (JsonLinesWriter out = new JsonLinesWriter(file)) {
      out.write(row("new"));
      assertThat(file).hasContent("old");
      out.commit();
    }
    assertThat(file).hasContent("{\"a\":\"new\"}");
    assertThat(names()).containsExactly("x.jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.jsonl", "x.jsonl.gz", "x.jsonl.zst"})
  void close_withoutCommit_leavesTheOlderFileAndNothingElse(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "old");
    assertThatThrownBy(
            () -> {
              try (JsonLinesWriter out = new JsonLinesWriter(file)) {
                out.write(row("new"));
                throw new IllegalStateException("the model failed");
              }
            })
        .hasMessage("the model failed");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly(name);
  }

  @Test
  void commit_whenTheTargetCannotBeReplaced_failsAndCleansUp() throws IOException {
    Path file = folder.resolve("x.jsonl");
    try (JsonLinesWriter out = new JsonLinesWriter(file)) {
      Files.createDirectory(file);
      assertThatThrownBy(out::commit).isInstanceOf(IOException.class);
    }
    assertThat(names()).containsExactly("x.jsonl");
    assertThat(file).isDirectory();
  }

  @Test
  void write_halfASurrogatePair_survivesAsAnEscape() throws IOException {
    Path file = folder.resolve("x.jsonl"); // UTF-8 cannot hold it, and '?' would be another text
    try (JsonLinesWriter out = new JsonLinesWriter(file)) {
      out.write(row("half \uD83E"));
      out.commit();
    }
    assertThat(read(file)).containsExactly(row("half \uD83E"));
  }

  @Test
  void write_afterCommitOrClose_isRefused() throws IOException {
    JsonLinesWriter out = new JsonLinesWriter(folder.resolve("x.jsonl"));
    out.commit();
    assertThatThrownBy(() -> out.write(row("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already committed");
    assertThatThrownBy(out::commit).isInstanceOf(IllegalStateException.class);
    out.close();
    assertThat(names()).containsExactly("x.jsonl");
  }

  @Test
  void create_aFolder_isRefused_andAMissingFolderIsMade() throws IOException {
    assertThatThrownBy(() -> new JsonLinesWriter(folder).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
    try (JsonLinesWriter out = new JsonLinesWriter(folder.resolve("none/x.jsonl"))) {
      out.write(row("new"));
      out.commit();
    }
    assertThat(folder.resolve("none/x.jsonl")).hasContent("{\"a\":\"new\"}");
  }

  private static ObjectNode row(String text) {
    return JsonNodeFactory.instance.objectNode().put("a", text);
  }

  private static List<ObjectNode> read(Path file) throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    try (Rows lines = DataFiles.open(file)) {
      for (Row row = lines.next(); row != null; row = lines.next()) {
        rows.add((ObjectNode) row.value());
      }
    }
    return rows;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
