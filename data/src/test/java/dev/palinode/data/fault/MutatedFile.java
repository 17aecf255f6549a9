package dev.palinode.data.fault;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A file of preferences that something happened to. */
final class MutatedFile {
  private final String name;
  private final byte[] bytes;
  private final int rowsBefore;

  private MutatedFile(String name, byte[] bytes, int rowsBefore) {
    this.name = name;
    this.bytes = bytes;
    this.rowsBefore = rowsBefore;
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Rows that end before the first byte that was changed. */
  int rowsBefore() {
    return rowsBefore;
  }

  /** The good files, and how they are mutated: the same for the same number. */
  static final class Source {
    private static final int ROWS = 8;
    private static final List<String> KINDS =
        List.of(
            ".jsonl", ".json", ".csv", ".tsv", ".parquet", ".jsonl.gz", ".jsonl.zst", ".csv.gz");

    /** What an import makes of the good rows. */
    static final List<String> RECORDS =
        rows(
            "{\"kind\":\"preference\",\"prompt\":[{\"role\":\"user\",\"content\":\"how is ü\\uD83E\\uDD86%1$d"
                + " made\"}],\"chosen\":[{\"role\":\"assistant\",\"content\":\"no %1$d\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"boil %1$d\"}]}");

    private static final List<String> JSON =
        rows(
            "{\"prompt\":\"how is ü🦆%1$d made\",\"chosen\":\"no %1$d\",\"rejected\":\"boil %1$d\"}");

    /** What means something to one reader or another, is no UTF-8, or of the wrong type. */
    private static final List<byte[]> PIECES =
        Stream.concat(
                Stream.of(
                    new byte[] {0},
                    new byte[64],
                    new byte[] {(byte) 0xFF, (byte) 0xFE},
                    new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                    new byte[] {(byte) 0x1F, (byte) 0x8B, 8},
                    new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}),
                Stream.of(
                        "\"",
                        "\n",
                        "\r",
                        ",",
                        "\t",
                        "{",
                        "]}",
                        "[{",
                        "null",
                        "true",
                        "-0",
                        "[]",
                        "{\"prompt\":3}",
                        "\\u0000",
                        "\\ud800",
                        "1e999999999",
                        "9".repeat(5000),
                        "[".repeat(3000),
                        "{\"a\":".repeat(3000),
                        "x".repeat(70_000),
                        "PAR1",
                        "\"chosen\":[[[]]],",
                        "\"chosen\":{\"a\":1},",
                        "\uFFFE\uFFFF",
                        "\u202E")
                    .map(piece -> piece.getBytes(UTF_8)))
            .toList();

    private final byte[] parquet;

    private Source(byte[] parquet) {
      this.parquet = parquet;
    }

    static Source in(Path folder) throws IOException, SQLException {
      Path rows = Files.write(folder.resolve("good.json"), JSON);
      Path made = folder.resolve("good.parquet");
      try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = duck.createStatement()) {
        statement.execute(
            "COPY (SELECT * FROM read_json('%s')) TO '%s' (FORMAT parquet, COMPRESSION zstd)"
                .formatted(rows, made));
      }
      return new Source(Files.readAllBytes(made));
    }

    MutatedFile mutated(int number) throws IOException {
      Random random = new Random(number);
      String kind = KINDS.get(number % KINDS.size());
      boolean isCompressed = kind.endsWith("gz") || kind.endsWith("zst");
      boolean isInside = isCompressed && random.nextBoolean(); // damaged before it was compressed
      byte[] good = isCompressed && !isInside ? compressed(kind, good(kind)) : good(kind);
      byte[] bytes = random.nextInt(12) == 0 ? whole(good, random) : places(good, random);
      int same = Arrays.mismatch(good, bytes);
      boolean hasRows = (isInside || !isCompressed) && !kind.equals(".parquet");
      int before = !hasRows ? 0 : same < 0 ? ROWS : rowsBefore(kind, good, same);
      return new MutatedFile(
          "mutated" + kind, isInside ? compressed(kind, bytes) : bytes, same < 16 ? 0 : before);
    }

    /** Something that happens to a file as a whole. */
    private static byte[] whole(byte[] good, Random random) {
      String text = new String(good, UTF_8);
      return switch (random.nextInt(6)) {
        case 0 -> text.getBytes(UTF_16LE);
        case 1 -> ("\uFEFF" + text).getBytes(UTF_16BE);
        case 2 -> new byte[random.nextInt(5000)];
        case 3 -> ("[".repeat(200_000) + text).getBytes(UTF_8);
        case 4 ->
            (random.nextInt(8) == 0 ? "y".repeat(17 << 20) : "y".repeat(1 << 20)).getBytes(UTF_8);
        default -> {
          byte[] noise = new byte[random.nextInt(4000)];
          random.nextBytes(noise);
          yield noise;
        }
      };
    }

    /** One to six bytes flipped, or pieces put in; half of those of Parquet in its footer. */
    private static byte[] places(byte[] good, Random random) {
      byte[] bytes = good.clone();
      int flips = random.nextInt(7);
      for (int i = 0; i < flips; i++) {
        int from = random.nextBoolean() ? 0 : Math.max(0, bytes.length - 400);
        int place = from + random.nextInt(bytes.length - from);
        bytes[place] ^= (byte) (1 << random.nextInt(8));
      }
      for (int i = flips == 0 ? 0 : 1 + random.nextInt(2); i < 2; i++) {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size()));
        int place = random.nextInt(bytes.length);
        int until = Math.min(bytes.length, place + random.nextInt(30));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, 0, place);
        joined.writeBytes(piece);
        joined.write(bytes, until, bytes.length - until);
        bytes = joined.toByteArray();
      }
      return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private byte[] good(String kind) {
      if (kind.equals(".parquet")) {
        return parquet;
      } else if (kind.equals(".json")) {
        return ("[" + String.join(",\n", JSON) + "]\n").getBytes(UTF_8);
      } else if (kind.contains("sv")) {
        String comma = kind.contains("csv") ? "," : "\t";
        String row = String.join(comma, "how is ü🦆%1$d made", "no %1$d", "\"boil %1$d\"");
        return (String.join(comma, "prompt", "chosen", "rejected")
                + "\n"
                + String.join("\n", rows(row))
                + "\n")
            .getBytes(UTF_8);
      }
      return (String.join("\n", JSON) + "\n").getBytes(UTF_8);
    }

    private static byte[] compressed(String kind, byte[] bytes) throws IOException {
      if (kind.endsWith("zst")) {
        return Zstd.compress(bytes);
      }
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(bytes);
      }
      return compressed.toByteArray();
    }

    private static int rowsBefore(String kind, byte[] good, int bytes) {
      int lines = (int) new String(good, 0, bytes, UTF_8).lines().count() - 1;
      boolean hasHeader = kind.contains("sv");
      return Math.max(0, Math.min(ROWS, hasHeader ? lines - 1 : lines));
    }

    private static List<String> rows(String row) {
      return IntStream.range(0, ROWS).mapToObj(row::formatted).collect(Collectors.toList());
    }
  }
}
