package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.token.Tokenizer.Part;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentShieldTest {
  @Test
  void withoutSpecialTokens_allIsText() {
    ContentShield shield = new ContentShield(Set.of(), List.of(Message.user("Hello")));

    assertThat(shield.uncover("user: Hello")).containsExactly(Part.text("user: Hello"));
  }
}
