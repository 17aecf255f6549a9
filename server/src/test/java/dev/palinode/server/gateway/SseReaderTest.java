package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SseReaderTest {
  /** Gives the bytes in portions of these sizes, again and again, as a network may. */
  private static InputStream inPortions(byte[] bytes, List<Integer> sizes) {
    return new ByteArrayInputStream(bytes) {
      private int next;

      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        int size = sizes.get(next++ % sizes.size());
        return super.read(to, offset, Math.min(length, size));
      }
    };
  }

  private static List<String> events(InputStream stream) throws IOException {
    SseReader reader = new SseReader(stream);
    List<String> events = new ArrayList<>();
    for (Optional<String> each = reader.next(); each.isPresent(); each = reader.next()) {
      events.add(each.get());
    }
    return events;
  }

  private static List<String> events(String stream) throws IOException {
    return events(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
  }

  @Property(tries = 300)
  void events_doNotDependOnWhereTheBytesAreCut(
      @ForAll("streams") String stream,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 9) Integer> portions)
      throws IOException {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);

    assertThat(events(inPortions(bytes, portions))).isEqualTo(events(stream));
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "data: ",
            "data:",
            "toad",
            "å",
            "🐸",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            ": ping\n",
            "id: 4\r\n")
        .list()
        .ofMaxSize(25)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 200)
  void data_survivesEveryLineEnd(@ForAll("lines") List<String> data, @ForAll("ends") String end)
      throws IOException {
    StringBuilder stream = new StringBuilder();
    for (String line : data) {
      stream.append(": keep-alive").append(end).append("event: message").append(end);
      stream.append("data: ").append(line).append(end).append(end);
    }

    assertThat(events(stream.toString())).isEqualTo(data);
  }

  @Provide
  Arbitrary<List<String>> lines() {
    return Arbitraries.of("{\"a\": 1}", "[DONE]", " two  blanks ", "🐸", "data: x", ":", "")
        .list()
        .ofMaxSize(6)
        .map(lines -> lines.stream().filter(line -> !line.isEmpty()).toList());
  }

  @Provide
  Arbitrary<String> ends() {
    return Arbitraries.of("\n", "\r\n", "\r");
  }

  @Test
  void linesOfOneEvent_areJoined() throws IOException {
    assertThat(events("data: {\ndata:  \"a\": 1}\n\n")).containsExactly("{\n \"a\": 1}");
  }

  @Test
  void anEventWithoutABlankLine_isNone() throws IOException {
    assertThat(events("data: whole\n\ndata: half\n")).containsExactly("whole");
  }

  @Test
  void anEndlessEvent_isRefused() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };

    assertThatThrownBy(() -> events(endless))
        .isInstanceOf(IOException.class)
        .hasMessage("an event of more than 4194304 characters");
  }
}
