package dev.palinode.data.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class Utf8Test {
  /** Bounds of the ranges of Unicode's table 3-7, and their neighbours. */
  private static final List<String> PIECES =
      List.of(
          "61",
          "6162636465666768",
          "7f",
          "80",
          "bf",
          "c1",
          "c280",
          "dfbf",
          "c3",
          "e09fbf",
          "e0a080",
          "ecbfbf",
          "ed9fbf",
          "eda080",
          "ee8080",
          "efbfbf",
          "e282",
          "f08fbfbf",
          "f0908080",
          "f3bfbfbf",
          "f48fbfbf",
          "f4908080",
          "f5808080",
          "f09f90",
          "ff");

  @Property
  void firstBroken_isWhereNoDecoderGoesOn(@ForAll("bytes") byte[] bytes) {
    int broken = JsonLines.firstBroken(bytes, bytes.length);
    assertThat(broken < 0).isEqualTo(isWellFormed(bytes));
    if (broken >= 0) {
      assertThat(isWellFormed(Arrays.copyOf(bytes, broken))).isTrue();
      assertThat(isWellFormed(Arrays.copyOf(bytes, Math.min(bytes.length, broken + 4)))).isFalse();
    }
  }

  @Property
  void firstBroken_looksAtNothingOutsideOfItsBounds(@ForAll("bytes") byte[] bytes) {
    byte[] within = new byte[bytes.length + 6];
    Arrays.fill(within, (byte) 0xBF);
    System.arraycopy(bytes, 0, within, 0, bytes.length);
    int broken = JsonLines.firstBroken(bytes, bytes.length);
    assertThat(JsonLines.firstBroken(within, bytes.length)).isEqualTo(broken);
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    Arbitrary<byte[]> sound =
        Arbitraries.strings().ofMaxLength(8).map(text -> text.getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> odd = Arbitraries.of(PIECES).map(HexFormat.of()::parseHex);
    return Arbitraries.frequencyOf(Tuple.of(5, sound), Tuple.of(1, odd))
        .list()
        .ofMaxSize(6)
        .map(Utf8Test::joined);
  }

  private static byte[] joined(List<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static boolean isWellFormed(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
