/**
 * The only access to libtorch: tensors, the scopes that free them, operations, linear layers and
 * devices. Automatic differentiation and AdamW are in {@code autograd}, files in {@code
 * safetensors}, process groups in {@code distributed}. No package outside {@code
 * dev.palinode.tensor} imports {@code org.bytedeco}.
 *
 * <p>Native memory is freed explicitly. A tensor created inside a {@link
 * dev.palinode.tensor.TensorScope} is freed when the scope closes, unless it was {@linkplain
 * dev.palinode.tensor.Tensor#retain retained}. Every training and decoding step runs in its own
 * scope.
 *
 * <p>MKL is used as BLAS where its library is present (Linux on x86-64), otherwise OpenBLAS.
 */
@NullMarked
package dev.palinode.tensor;

import org.jspecify.annotations.NullMarked;
