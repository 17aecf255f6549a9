package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

/** LangChain4j's contract of the listeners of chat models. */
class PalinodeChatModelListenerContractTest extends AbstractChatModelListenerIT {
  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return new PalinodeChatModel(
        ContractModels.with(listener)
            .withDefaults(ContractModels.listened(temperature(), topP(), maxTokens())));
  }

  @Override
  protected String modelName() {
    return ContractModels.NAME;
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    return new PalinodeChatModel(ContractModels.failing(listener));
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return UnsupportedOperationException.class;
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }
}
