package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.ImportReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.function.IOConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files read as records, with broken rows, damage and sinks that fail. */
class RecordFilesTest {
  private static final int ROWS = 3000;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final List<String> seen = new ArrayList<>();

  @Test
  void goodAndBrokenRows_comeInTheirOrder() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), rows(700));
    ImportReport report = read(file, this::note).report();

    assertThat(seen)
        .containsExactlyElementsOf(
            IntStream.range(0, ROWS)
                .mapToObj(i -> i % 700 == 699 ? "broken " + (i + 1) : "text " + i)
                .toList());
    assertThat(report.broken()).isEqualTo(ROWS / 700);
    assertThat(report.kept()).isEqualTo(ROWS - ROWS / 700);
  }

  @Test
  void rowsBeforeADamage_areGivenOut() throws IOException {
    byte[] compressed = compressed(rows(ROWS + 1));
    Path file = folder.resolve("x.jsonl.gz");
    Files.write(file, Arrays.copyOf(compressed, compressed.length / 2));

    RecordFiles.Outcome outcome = read(file, this::note);

    assertThat(outcome.damage()).hasMessageContaining("truncated");
    assertThat(seen).hasSizeBetween(ROWS / 4, ROWS - 1);
    assertThat(seen).startsWith("text 0", "text 1").endsWith("text " + (seen.size() - 1));
    assertThat(outcome.report().kept()).isEqualTo(seen.size());
  }

  @Test
  void sinkThatFails_endsTheReading() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), rows(ROWS + 1));
    IOException full = new IOException("disk full");
    IOConsumer<Object> sink =
        item -> {
          throw full;
        };

    assertThatThrownBy(() -> read(file, sink)).isSameAs(full);
  }

  private RecordFiles.Outcome read(Path file, IOConsumer<Object> sink) throws IOException {
    return RecordFiles.read(file, Formats.TEXT, sink, this::note, RecordFiles.Progress.SILENT);
  }

  private void note(Object item) {
    seen.add(
        item instanceof PlainText text
            ? text.text()
            : "broken " + ((BrokenRowException) item).place().number());
  }

  /** One row in so many is no JSON. */
  private static String rows(int between) {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> i % between == between - 1 ? "{\n" : "{\"text\":\"text " + i + "\"}\n")
        .collect(Collectors.joining());
  }

  private static byte[] compressed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
