package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
  @Test
  void aJudgeOfSingleQuestions_isAskedAboutTheUsersLastMessage() {
    Judge echo = (prompt, answer) -> Verdict.unsafe(prompt + "|" + answer);
    List<Message> prompt =
        List.of(Message.user("first"), Message.assistant("a"), Message.user("last"));

    assertThat(echo.judge(prompt, "answer").reason()).isEqualTo("last|answer");
    assertThat(echo.judge(List.of(Message.system("s")), "answer").reason()).isEqualTo("|answer");
  }
}
