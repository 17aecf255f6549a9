package dev.palinode.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Damages a model or adapter folder, always in the same way for the same seed. */
final class FolderMutation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "-1",
          "0",
          "1",
          "2",
          "3",
          "7",
          "1.5",
          "-0.5",
          "1e308",
          "1e-300",
          "1e999",
          "1000000",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967295",
          "9223372036854775807",
          "18446744073709551616",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"NaN\"",
          "\"\\u001b[2J\\u0007\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc/passwd\"",
          "\"/\"",
          "\"{{ 'x' * 2000000000 }}\"",
          "\"{% for\"",
          "\"\\u2581\"",
          "\"é\"",
          "\"(x+x+)+y\"",
          "\"(?:a|b)*c{2,}\"",
          "\"\\\\s+(?!\\\\S)|\\\\s+\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[1, 2, 3]",
          "[\"a\", \"b\"]",
          "{\"type\": \"x\"}",
          "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]");

  /** Parts that a tokenizer may have, some of them hard on the native library. */
  private static final List<String> STEPS =
      List.of(
          "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAAAA==\"}",
          "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"BAAAAAAAAAA=\"}",
          "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"CAAAAAAEAAD/////YQA=\"}",
          "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a*\"}, \"content\": \"bb\"}",
          "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"bb\"}",
          "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a|a)*b\"}, \"content\": \"\"}",
          "{\"type\": \"Prepend\", \"prepend\": \"\"}",
          "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}",
          "{\"type\": \"Strip\", \"content\": \" \", \"start\": 9, \"stop\": 0}",
          "{\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 1}",
          "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
              + " \"strip_accents\": true, \"lowercase\": true}",
          "{\"type\": \"Nmt\"}",
          "{\"type\": \"NFKD\"}",
          "{\"type\": \"StripAccents\"}",
          "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true,"
              + " \"use_regex\": true}",
          "{\"type\": \"Metaspace\", \"replacement\": \"\\u2581\", \"prepend_scheme\": \"first\","
              + " \"split\": false}",
          "{\"type\": \"Digits\", \"individual_digits\": true}",
          "{\"type\": \"Punctuation\", \"behavior\": \"Contiguous\"}",
          "{\"type\": \"FixedLength\", \"length\": 0}",
          "{\"type\": \"UnicodeScripts\"}",
          "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(?=a)\"}, \"behavior\":"
              + " \"MergedWithNext\", \"invert\": true}",
          "{\"type\": \"Split\", \"pattern\": {\"String\": \"\"}, \"behavior\": \"Removed\","
              + " \"invert\": true}",
          "{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"a\"}",
          "{\"type\": \"Whitespace\"}",
          "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
          "{\"type\": \"CTC\", \"pad_token\": \"<pad>\", \"word_delimiter_token\": \"|\","
              + " \"cleanup\": true}",
          "{\"type\": \"ByteFallback\"}",
          "{\"type\": \"Fuse\"}",
          "{\"type\": \"BPEDecoder\", \"suffix\": \"\"}",
          "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"q\","
              + " \"type_id\": 0}}], \"pair\": [], \"special_tokens\": {}}",
          "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"A\","
              + " \"type_id\": 0}}], \"pair\": [], \"special_tokens\": {}}",
          "{\"type\": \"BertProcessing\", \"sep\": [\"x\", 99999], \"cls\": [\"y\", 4294967295]}",
          "{\"type\": \"RobertaProcessing\", \"sep\": [\"x\", 1], \"cls\": [\"y\", 2],"
              + " \"trim_offsets\": true, \"add_prefix_space\": true}");

  private static final List<String> SNIPPETS =
      List.of(
          "{{ 'x' * 2000000000 }}",
          "{% for i in range(100000) %}",
          "{% endfor %}",
          "{{",
          "}}",
          "{%",
          "{% set ns = namespace(x='ab') %}",
          "{% set ns.x = ns.x + ns.x %}",
          "{{ ns.x }}",
          "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
          "{{ raise_exception('\u001b[2J') }}",
          "{{ messages }}",
          "{{ messages | tojson(indent=4) }}",
          "{{ messages[99] }}",
          "{{ 1 // 0 }}",
          "{{ 2 ** 99 }}",
          "{{ -(-9223372036854775807 - 1) }}",
          "{{ messages | map(attribute='role') | sort | join(',') }}",
          "{{ [1, 'a'] | sort }}",
          "{{ 'a'[::-1][0:99:0] }}",
          "{{ ((((((((((1)))))))))) }}",
          "{{ {}.x.y }}",
          "{{ strftime_now('%Q') }}",
          "{{ 'a'.split('') }}",
          "{{ none | upper }}",
          "\u0000",
          "{{ loop.index }}",
          "{{ self }}",
          "{{ 1.5 | round(99999) }}",
          "{# ",
          "'",
          "\"",
          "<user>",
          "{{ messages[0].content * 99999 }}",
          "{{ range(9, 0, -3) | list }}",
          "[RESET]");

  private final Random random;
  private final Path folder;

  FolderMutation(long seed, Path folder) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    this.folder = folder;
  }

  /** Damages one file of the folder, or two. */
  void apply() throws IOException {
    int times = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < times; i++) {
      List<Path> files = files();
      List<Path> small = files.stream().filter(file -> !isWeights(file)).toList();
      // Configurations have more to get wrong than weights.
      damage(pick(random.nextInt(3) == 0 || small.isEmpty() ? files : small));
    }
  }

  private void damage(Path file) throws IOException {
    String name = file.getFileName().toString();
    int kind = random.nextInt(10);
    if (kind == 0) {
      flip(file);
    } else if (kind == 1) {
      truncate(file);
    } else if (kind == 2 && random.nextInt(3) == 0) {
      Files.delete(file);
    } else if (kind == 3 && random.nextInt(3) == 0) {
      Files.copy(pick(files()), folder.resolve("copy.tmp"));
      Files.delete(file);
      Files.move(folder.resolve("copy.tmp"), file);
    } else if (isWeights(file)) {
      damageHeader(file);
    } else if (name.endsWith(".json")) {
      damageJson(file);
    } else {
      write(file, damagedTemplate(text(file)).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = random.nextInt(8); i >= 0 && bytes.length > 0; i--) {
      int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 2000);
      bytes[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
    }
    write(file, bytes);
  }

  private void truncate(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
  }

  private void damageHeader(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.capacity() < 8 || bytes.getLong(0) < 0 || bytes.getLong(0) > bytes.capacity() - 8) {
      flip(file);
      return;
    }
    int length = (int) bytes.getLong(0);
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    byte[] damaged = damagedJson(header).getBytes(StandardCharsets.UTF_8);
    long told = random.nextInt(10) == 0 ? random.nextLong() : damaged.length;
    ByteBuffer whole =
        ByteBuffer.allocate(bytes.capacity() - length + damaged.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    whole.putLong(told).put(damaged).put(bytes.array(), 8 + length, bytes.capacity() - 8 - length);
    write(file, whole.array());
  }

  private void damageJson(Path file) throws IOException {
    String text = text(file);
    if (file.endsWith("tokenizer.json") && random.nextInt(3) == 0) {
      text = withAnotherStep(text);
    } else if (text.contains("chat_template") && random.nextBoolean()) {
      text = withDamagedTemplate(text);
    } else {
      text = damagedJson(text);
    }
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private String withAnotherStep(String text) throws IOException {
    if (!(tree(text) instanceof ObjectNode json)) {
      return text;
    }
    String part = pick(List.of("normalizer", "pre_tokenizer", "post_processor", "decoder"));
    String list =
        switch (part) {
          case "normalizer" -> "normalizers";
          case "pre_tokenizer" -> "pretokenizers";
          case "post_processor" -> "processors";
          default -> "decoders";
        };
    JsonNode step = JSON.readTree(pick(STEPS));
    if (random.nextBoolean()) {
      json.set(part, step);
    } else {
      ObjectNode sequence = json.putObject(part).put("type", "Sequence");
      ArrayNode steps = sequence.putArray(list);
      steps.add(step);
      for (int i = random.nextInt(3); i > 0; i--) {
        steps.add(JSON.readTree(pick(STEPS)));
      }
    }
    return json.toString();
  }

  private String withDamagedTemplate(String text) {
    JsonNode json = tree(text);
    return json instanceof ObjectNode object && json.path("chat_template").isTextual()
        ? object
            .put("chat_template", damagedTemplate(json.path("chat_template").asText()))
            .toString()
        : text;
  }

  /** A value swapped, a type changed, a key renamed, deleted or said twice. */
  private String damagedJson(String text) throws IOException {
    JsonNode root = tree(text);
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    if (containers.isEmpty()) {
      return pick(VALUES);
    }
    // Large lists have most of the containers; the root has the most to say.
    JsonNode at = random.nextInt(3) == 0 ? root : pick(containers);
    JsonNode value = value(containers);
    if (at instanceof ObjectNode object && object.size() > 0) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = pick(names);
      switch (random.nextInt(5)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + (random.nextBoolean() ? "x" : "\u001b"), object.remove(name));
        case 2 -> object.set(name, object.get(pick(names)));
        default -> object.set(name, value);
      }
    } else if (at instanceof ArrayNode array && array.size() > 0) {
      int place = random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.remove(place);
        case 1 -> array.insert(place, array.get(place).deepCopy());
        default -> array.set(place, value);
      }
    }
    // What Jackson cannot write is put in by hand.
    return root.toString().replace("\"NaN\"", "NaN").replace("\"1e999\"", "1e999");
  }

  private JsonNode value(List<JsonNode> containers) throws IOException {
    int kind = random.nextInt(12);
    if (kind == 0) {
      return pick(containers).deepCopy();
    } else if (kind == 1) {
      return JSON.getNodeFactory().textNode("x".repeat(1 + random.nextInt(3000)));
    } else if (kind == 2) {
      return JSON.getNodeFactory().numberNode(random.nextInt(200) - 20);
    }
    String text = pick(VALUES);
    return JSON.readTree(text.equals("1e999") ? "\"1e999\"" : text);
  }

  private String damagedTemplate(String text) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(30));
    return switch (random.nextInt(3)) {
      case 0 -> text.substring(0, from) + text.substring(to);
      case 1 -> text.substring(0, to) + text.substring(from);
      default -> text.substring(0, from) + pick(SNIPPETS) + pick(SNIPPETS) + text.substring(to);
    };
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.createArrayNode(); // damaged already
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files = new ArrayList<>(all.filter(it -> !it.endsWith("README.md")).toList());
      Collections.sort(files);
      return files;
    }
  }

  /** Whatever the bytes are by now. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static boolean isWeights(Path file) {
    return file.toString().endsWith(".safetensors");
  }

  /** Not into the file: it is the base's too. */
  private static void write(Path file, byte[] bytes) throws IOException {
    Files.delete(file);
    Files.write(file, bytes);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
