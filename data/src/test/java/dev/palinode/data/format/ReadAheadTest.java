package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataException;
import dev.palinode.data.ImportTally;
import dev.palinode.data.PlainText;
import dev.palinode.data.RecordSink;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of files that are large enough to be read ahead. */
class ReadAheadTest {
  private static final int ROWS = 3000;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final ImportTally tally = new ImportTally();
  private final List<String> seen = new ArrayList<>();

  @Test
  void goodAndBrokenRows_comeInTheirOrder_onTheCallersThread() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), rows(700));
    read(file, this::note);

    assertThat(seen)
        .containsExactlyElementsOf(
            IntStream.range(0, ROWS)
                .mapToObj(i -> i % 700 == 699 ? "broken " + (i + 1) : "text " + i)
                .toList());
    assertThat(tally.report().broken()).isEqualTo(ROWS / 700);
    assertThat(tally.report().kept()).isEqualTo(ROWS - ROWS / 700);
  }

  @Test
  void rowsBeforeADamage_areGivenOut() throws IOException {
    byte[] packed = packed(rows(ROWS + 1));
    Path file = folder.resolve("x.jsonl.gz");
    Files.write(file, Arrays.copyOf(packed, packed.length / 2));

    assertThatThrownBy(() -> read(file, this::note))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truncated");
    assertThat(seen).hasSizeBetween(ROWS / 4, ROWS - 1);
    assertThat(seen).startsWith("text 0", "text 1").endsWith("text " + (seen.size() - 1));
  }

  @Test
  void sinkThatFails_endsTheReading() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), rows(ROWS + 1));
    IOException full = new IOException("disk full");
    RecordSink<Object> sink =
        item -> {
          if (tally.rows() == 1000) {
            assertThat(readers()).isEqualTo(Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0);
            throw full;
          }
        };

    assertThatThrownBy(() -> read(file, sink)).isSameAs(full);
    assertThat(readers()).isZero();
  }

  private void read(Path file, RecordSink<Object> sink) throws IOException {
    RecordFiles.read(file, new Texts(), tally, sink, this::note, share -> {});
  }

  private void note(Object item) {
    assertThat(Thread.currentThread().getName()).isNotEqualTo("palinode-reader");
    seen.add(
        item instanceof PlainText text
            ? text.text()
            : "broken " + ((BrokenRowException) item).place().number());
  }

  private static long readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals("palinode-reader"))
        .count();
  }

  /** One row in so many is no JSON. */
  private static String rows(int between) {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> i % between == between - 1 ? "{\n" : "{\"text\":\"text " + i + "\"}\n")
        .collect(Collectors.joining());
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
