# Makes the ONNX files beside it: small models with random weights, written by hand with the parameter names of Hugging Face transformers and exported by
# PyTorch as optimum does, then changed as converters change them. Debian 12: apt-get install python3-torch python3-onnx (torch 1.13.1, onnx 1.12.0).
import math, os
import numpy as np
import onnx, torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

torch.manual_seed(16)


def attend(q, k, v, heads, width, mask=None):
    q, k, v = (x.view(x.shape[0], x.shape[1], heads, width // heads).permute(0, 2, 1, 3) for x in (q, k, v))
    scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(width // heads)
    if mask is not None:
        scores = scores + mask
    y = torch.matmul(nn.functional.softmax(scores, dim=-1), v).permute(0, 2, 1, 3).contiguous()
    return y.view(y.shape[0], y.shape[1], width)


# BERT ------------------------------------------------------------------------------------------------------------------------------------------------
class SelfAttention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads, self.query, self.key, self.value = heads, nn.Linear(c, c), nn.Linear(c, c), nn.Linear(c, c)

    def forward(self, x, mask):
        return attend(self.query(x), self.key(x), self.value(x), self.heads, self.query.out_features, mask)


class AddNorm(nn.Module):
    def __init__(self, ins, c, eps):
        super().__init__()
        self.dense, self.LayerNorm = nn.Linear(ins, c), nn.LayerNorm(c, eps=eps)

    def forward(self, y, x):
        return self.LayerNorm(self.dense(y) + x)


class BertAttention(nn.Module):
    def __init__(self, c, heads, eps):
        super().__init__()
        self.self, self.output = SelfAttention(c, heads), AddNorm(c, c, eps)

    def forward(self, x, mask):
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, c, hidden):
        super().__init__()
        self.dense = nn.Linear(c, hidden)

    def forward(self, x):
        return nn.functional.gelu(self.dense(x))


class BertLayer(nn.Module):
    def __init__(self, c, heads, hidden, eps):
        super().__init__()
        self.attention, self.intermediate, self.output = BertAttention(c, heads, eps), Intermediate(c, hidden), AddNorm(hidden, c, eps)

    def forward(self, x, mask):
        x = self.attention(x, mask)
        return self.output(self.intermediate(x), x)


class BertEmbeddings(nn.Module):
    def __init__(self, vocabulary, positions, c, eps):
        super().__init__()
        self.word_embeddings, self.position_embeddings = nn.Embedding(vocabulary, c), nn.Embedding(positions, c)
        self.token_type_embeddings, self.LayerNorm = nn.Embedding(2, c), nn.LayerNorm(c, eps=eps)
        self.register_buffer("position_ids", torch.arange(positions).expand((1, -1)))

    def forward(self, ids, types):
        x = self.word_embeddings(ids) + self.token_type_embeddings(types)
        return self.LayerNorm(x + self.position_embeddings(self.position_ids[:, : ids.shape[1]]))


class BertEncoder(nn.Module):
    def __init__(self, depth, *sizes):
        super().__init__()
        self.layer = nn.ModuleList([BertLayer(*sizes) for _ in range(depth)])

    def forward(self, x, mask):
        for layer in self.layer:
            x = layer(x, mask)
        return x


class Pooler(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c, c)

    def forward(self, x):
        return torch.tanh(self.dense(x[:, 0]))


class BertModel(nn.Module):
    def __init__(self, c=16, heads=4, hidden=40, depth=2, vocabulary=60, positions=20, eps=1e-12):
        super().__init__()
        self.embeddings, self.encoder = BertEmbeddings(vocabulary, positions, c, eps), BertEncoder(depth, c, heads, hidden, eps)
        self.pooler = Pooler(c)

    def forward(self, ids, mask, types):
        mask = (1.0 - mask[:, None, None, :].to(torch.float32)) * torch.finfo(torch.float32).min
        x = self.encoder(self.embeddings(ids, types), mask)
        return x, self.pooler(x)


class BertClassifier(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.bert, self.classifier = BertModel(), nn.Linear(16, classes)

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.classifier(self.bert(input_ids, attention_mask, token_type_ids)[1])


class BertVectors(BertModel):
    def forward(self, input_ids, attention_mask, token_type_ids):
        return super().forward(input_ids, attention_mask, token_type_ids)[0]


# ViT -------------------------------------------------------------------------------------------------------------------------------------------------
class ViTSelfOutput(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c, c)

    def forward(self, x):
        return self.dense(x)


class ViTAttention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.attention, self.output = SelfAttention(c, heads), ViTSelfOutput(c)

    def forward(self, x):
        return self.output(self.attention(x, None))


class ViTOutput(ViTSelfOutput):
    def __init__(self, hidden, c):
        nn.Module.__init__(self)
        self.dense = nn.Linear(hidden, c)


class ViTLayer(nn.Module):
    def __init__(self, c, heads, hidden, eps):
        super().__init__()
        self.attention, self.intermediate, self.output = ViTAttention(c, heads), Intermediate(c, hidden), ViTOutput(hidden, c)
        self.layernorm_before, self.layernorm_after = nn.LayerNorm(c, eps=eps), nn.LayerNorm(c, eps=eps)

    def forward(self, x):
        x = self.attention(self.layernorm_before(x)) + x
        return self.output(self.intermediate(self.layernorm_after(x))) + x


class ViTEncoder(nn.Module):
    def __init__(self, depth, *sizes):
        super().__init__()
        self.layer = nn.ModuleList([ViTLayer(*sizes) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layer:
            x = layer(x)
        return x


class PatchEmbeddings(nn.Module):
    def __init__(self, patch, c):
        super().__init__()
        self.projection = nn.Conv2d(3, c, patch, patch)

    def forward(self, pixels):
        return self.projection(pixels).flatten(2).transpose(1, 2)


class ViTEmbeddings(nn.Module):
    def __init__(self, image, patch, c):
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, c))
        self.position_embeddings = nn.Parameter(torch.randn(1, (image // patch) ** 2 + 1, c))
        self.patch_embeddings = PatchEmbeddings(patch, c)

    def forward(self, pixels):
        x = self.patch_embeddings(pixels)
        return torch.cat((self.cls_token.expand(pixels.shape[0], -1, -1), x), dim=1) + self.position_embeddings


class ViTModel(nn.Module):
    def __init__(self, image, patch, c, heads, hidden, depth, eps):
        super().__init__()
        self.embeddings, self.encoder = ViTEmbeddings(image, patch, c), ViTEncoder(depth, c, heads, hidden, eps)
        self.layernorm = nn.LayerNorm(c, eps=eps)

    def forward(self, pixels):
        return self.layernorm(self.encoder(self.embeddings(pixels)))


class ViTClassifier(nn.Module):
    def __init__(self, image=12, patch=4, c=20, heads=5, hidden=48, depth=2, eps=1e-6, classes=5):
        super().__init__()
        self.vit, self.classifier = ViTModel(image, patch, c, heads, hidden, depth, eps), nn.Linear(c, classes)

    def forward(self, pixel_values):
        return self.classifier(self.vit(pixel_values)[:, 0, :])


# CLIP ------------------------------------------------------------------------------------------------------------------------------------------------
class ClipAttention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads, self.k_proj, self.v_proj, self.q_proj, self.out_proj = heads, *(nn.Linear(c, c) for _ in range(4))

    def forward(self, x, mask):
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), self.heads, self.q_proj.out_features, mask))


class ClipMlp(nn.Module):
    def __init__(self, c, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(c, hidden), nn.Linear(hidden, c)

    def forward(self, x):
        y = self.fc1(x)
        return self.fc2(y * torch.sigmoid(1.702 * y))


class ClipLayer(nn.Module):
    def __init__(self, c, heads, hidden):
        super().__init__()
        self.self_attn, self.layer_norm1, self.mlp, self.layer_norm2 = ClipAttention(c, heads), nn.LayerNorm(c), ClipMlp(c, hidden), nn.LayerNorm(c)

    def forward(self, x, mask):
        x = x + self.self_attn(self.layer_norm1(x), mask)
        return x + self.mlp(self.layer_norm2(x))


class ClipEncoder(nn.Module):
    def __init__(self, depth, *sizes):
        super().__init__()
        self.layers = nn.ModuleList([ClipLayer(*sizes) for _ in range(depth)])

    def forward(self, x, mask):
        for layer in self.layers:
            x = layer(x, mask)
        return x


class ClipVisionEmbeddings(nn.Module):
    def __init__(self, image, patch, c):
        super().__init__()
        self.class_embedding, self.patch_embedding = nn.Parameter(torch.randn(c)), nn.Conv2d(3, c, patch, patch, bias=False)
        count = (image // patch) ** 2 + 1
        self.position_embedding = nn.Embedding(count, c)
        self.register_buffer("position_ids", torch.arange(count).expand((1, -1)))

    def forward(self, pixels):
        x = self.patch_embedding(pixels).flatten(2).transpose(1, 2)
        return torch.cat([self.class_embedding.expand(pixels.shape[0], 1, -1), x], dim=1) + self.position_embedding(self.position_ids)


class ClipVisionTower(nn.Module):
    def __init__(self, image, patch, c, heads, hidden, depth):
        super().__init__()
        self.embeddings, self.pre_layrnorm = ClipVisionEmbeddings(image, patch, c), nn.LayerNorm(c)
        self.encoder, self.post_layernorm = ClipEncoder(depth, c, heads, hidden), nn.LayerNorm(c)

    def forward(self, pixels):
        return self.post_layernorm(self.encoder(self.pre_layrnorm(self.embeddings(pixels)), None)[:, 0, :])


class ClipTextEmbeddings(nn.Module):
    def __init__(self, vocabulary, positions, c):
        super().__init__()
        self.token_embedding, self.position_embedding = nn.Embedding(vocabulary, c), nn.Embedding(positions, c)
        self.register_buffer("position_ids", torch.arange(positions).expand((1, -1)))

    def forward(self, ids):
        return self.token_embedding(ids) + self.position_embedding(self.position_ids[:, : ids.shape[1]])


class ClipTextTower(nn.Module):
    def __init__(self, vocabulary, positions, c, heads, hidden, depth):
        super().__init__()
        self.embeddings, self.encoder = ClipTextEmbeddings(vocabulary, positions, c), ClipEncoder(depth, c, heads, hidden)
        self.final_layer_norm = nn.LayerNorm(c)

    def forward(self, ids):
        n = ids.shape[1]
        causal = torch.full((n, n), -1e30).triu(1)[None, None]
        x = self.final_layer_norm(self.encoder(self.embeddings(ids), causal))
        return x[torch.arange(x.shape[0]), ids.to(dtype=torch.int).argmax(dim=-1)]


class Clip(nn.Module):
    def __init__(self):
        super().__init__()
        self.text_model, self.vision_model = ClipTextTower(50, 12, 16, 2, 32, 2), ClipVisionTower(12, 4, 24, 3, 40, 2)
        self.visual_projection, self.text_projection = nn.Linear(24, 8, bias=False), nn.Linear(16, 8, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))

    def forward(self, input_ids, pixel_values):
        image, text = self.visual_projection(self.vision_model(pixel_values)), self.text_projection(self.text_model(input_ids))
        image, text = image / image.norm(p=2, dim=-1, keepdim=True), text / text.norm(p=2, dim=-1, keepdim=True)
        scores = torch.matmul(text, image.t()) * self.logit_scale.exp()
        return scores.t(), image, text


class ClipImages(nn.Module):
    def __init__(self):
        super().__init__()
        self.vision_model, self.visual_projection = ClipVisionTower(12, 4, 24, 3, 40, 2), nn.Linear(24, 8, bias=False)

    def forward(self, pixel_values):
        return self.visual_projection(self.vision_model(pixel_values))


# timm ------------------------------------------------------------------------------------------------------------------------------------------------
class TimmAttention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads, self.width, self.qkv, self.proj = heads, c, nn.Linear(c, 3 * c), nn.Linear(c, c)

    def forward(self, x):
        q, k, v = self.qkv(x).reshape(x.shape[0], x.shape[1], 3, self.heads, self.width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = nn.functional.softmax(q @ k.transpose(-2, -1) * (self.width // self.heads) ** -0.5, dim=-1) @ v
        return self.proj(y.transpose(1, 2).reshape(x.shape[0], x.shape[1], self.width))


class TimmMlp(ClipMlp):
    def forward(self, x):
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class TimmBlock(nn.Module):
    def __init__(self, c, heads, hidden):
        super().__init__()
        self.norm1, self.attn, self.norm2, self.mlp = nn.LayerNorm(c, eps=1e-6), TimmAttention(c, heads), nn.LayerNorm(c, eps=1e-6), TimmMlp(c, hidden)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class TimmPatches(nn.Module):
    def __init__(self, patch, c):
        super().__init__()
        self.proj = nn.Conv2d(3, c, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Timm(nn.Module):
    def __init__(self, c=20, heads=5, hidden=48, classes=5):
        super().__init__()
        self.patch_embed, self.cls_token, self.pos_embed = TimmPatches(4, c), nn.Parameter(torch.randn(1, 1, c)), nn.Parameter(torch.randn(1, 10, c))
        self.blocks = nn.Sequential(*[TimmBlock(c, heads, hidden) for _ in range(2)])
        self.norm, self.head = nn.LayerNorm(c, eps=1e-6), nn.Linear(c, classes)

    def forward(self, pixel_values):
        x = self.patch_embed(pixel_values)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


# Export ----------------------------------------------------------------------------------------------------------------------------------------------
def randomised(model):
    for p in model.parameters():
        if p.dim() > 0:
            nn.init.normal_(p, std=0.4 if p.dim() > 1 else 0.5)
    for m in model.modules():
        if isinstance(m, nn.LayerNorm):
            m.weight.data += 1
    return model.eval()


def export(model, inputs, outputs, name, dynamic, opset=14):
    torch.onnx.export(model, tuple(inputs.values()), name, input_names=list(inputs), output_names=outputs, dynamic_axes=dynamic, opset_version=opset)


ids = torch.tensor([[2, 11, 25, 7, 3], [2, 40, 41, 3, 0]])
texts = dict(input_ids=ids, attention_mask=torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]), token_type_ids=torch.zeros_like(ids))
flexible = {k: {0: "batch", 1: "sequence"} for k in texts}
pixels = dict(pixel_values=torch.randn(2, 3, 12, 12))
export(randomised(BertClassifier()), texts, ["logits"], "bert.onnx", flexible)
export(randomised(BertVectors()), texts, ["last_hidden_state"], "bert-vectors.onnx", flexible | {"last_hidden_state": {0: "batch", 1: "sequence"}}, opset=11)
export(randomised(ViTClassifier()), pixels, ["logits"], "vit.onnx", {"pixel_values": {0: "batch"}})
export(randomised(ClipImages()), pixels, ["image_embeds"], "clip-images.onnx", {"pixel_values": {0: "batch"}})
export(randomised(Clip()), dict(input_ids=torch.tensor([[48, 11, 25, 7, 49], [48, 40, 41, 49, 0]]), **pixels),
       ["logits_per_image", "image_embeds", "text_embeds"], "clip.onnx", {"pixel_values": {0: "images"}, "input_ids": {0: "texts", 1: "sequence"}})
export(randomised(Timm()), pixels, ["logits"], "timm.onnx", {"pixel_values": {0: "batch"}})


# Converters ------------------------------------------------------------------------------------------------------------------------------------------
def arrays(graph):
    return {t.name: numpy_helper.to_array(t) for t in graph.initializer}


def products(graph):
    """Products by a matrix that is stored."""
    stored = arrays(graph)
    return [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in stored]


def replace(graph, name, tensors):
    """Puts stored tensors in the place of another."""
    kept = [t for t in graph.initializer if t.name != name] + tensors
    del graph.initializer[:]
    graph.initializer.extend(kept)


def scales(a, axis, most):
    top = np.abs(a).max(axis=tuple(i for i in range(a.ndim) if i != axis)) if axis is not None else np.abs(a).max()
    return (top / most).astype(np.float32)


def quantised(a, scale, zero, axis, type):
    if axis is not None:
        scale = scale.reshape([-1 if i == axis else 1 for i in range(a.ndim)])
    info = np.iinfo(type)
    return np.clip(np.round(a / scale) + zero, info.min, info.max).astype(type)


def qdq(source, name):
    """Weights as int8 with a scale for every output, word embeddings as uint8 with one scale, behind DequantizeLinear."""
    model = onnx.load(source)
    graph = model.graph
    stored, nodes = arrays(graph), []
    tables = [n for n in graph.node if n.op_type == "Gather" and n.input[0] in stored and stored[n.input[0]].dtype == np.float32]
    for n in products(graph) + [n for n in graph.node if n.op_type in ("Conv", "Gemm")] + tables:
        at = 0 if n.op_type == "Gather" else 1
        w, axis, type, zero = n.input[at], {"MatMul": 1, "Conv": 0, "Gemm": 0, "Gather": None}[n.op_type], np.int8, 0
        if "word_embeddings" in w:
            type, zero = np.uint8, 128
        a = stored[w]
        s = scales(a, axis, 127)
        zeros = np.full(s.shape, zero, type)
        nodes.append(helper.make_node("DequantizeLinear", [w + "_quantized", w + "_scale", w + "_zero_point"], [w + "_DequantizeLinear_Output"],
                                      **({} if axis is None else {"axis": axis})))
        replace(graph, w, [numpy_helper.from_array(x, w + e) for x, e in
                           ((quantised(a, s, zero, axis, type), "_quantized"), (s, "_scale"), (zeros, "_zero_point"))])
        n.input[at] = w + "_DequantizeLinear_Output"
    nodes += list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, name)


def dynamic(source, name):
    """Products as DynamicQuantizeLinear and MatMulInteger, as optimum and transformers.js publish them."""
    model = onnx.load(source)
    graph = model.graph
    stored, chosen, nodes, made = arrays(graph), {n.output[0] for n in products(graph)}, [], set()
    for n in list(graph.node):
        if n.output[0] not in chosen:
            nodes.append(n)
            continue
        x, w, y = n.input[0], n.input[1], n.output[0]
        s = scales(stored[w], None, 127)
        replace(graph, w, [numpy_helper.from_array(v, w + e) for v, e in
                           ((quantised(stored[w], s, 0, None, np.int8), "_quantized"), (s, "_scale"), (np.zeros((), np.int8), "_zero_point"))])
        if x not in made:
            made.add(x)
            nodes.append(helper.make_node("DynamicQuantizeLinear", [x], [x + "_quantized", x + "_scale", x + "_zero_point"], x + "_QuantizeLinear"))
        nodes += [
            helper.make_node("MatMulInteger", [x + "_quantized", w + "_quantized", x + "_zero_point", w + "_zero_point"], [y + "_quantized"],
                             n.name + "_quant"),
            helper.make_node("Mul", [x + "_scale", w + "_scale"], [y + "_scales"], n.name + "_quant_scales_mul"),
            helper.make_node("Cast", [y + "_quantized"], [y + "_cast"], n.name + "_cast", to=TensorProto.FLOAT),
            helper.make_node("Mul", [y + "_cast", y + "_scales"], [y], n.name + "_quant_output_scale_mul"),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, name)


def half(source, name, least=1e-7):
    """All floats as float16, with casts at the ends, as onnxconverter-common converts (which keeps epsilons from vanishing)."""
    model = onnx.load(source)
    graph = model.graph

    def convert(t):
        if t.data_type == TensorProto.FLOAT:
            a = numpy_helper.to_array(t)
            a = np.where((a != 0) & (np.abs(a) < least), np.sign(a) * least, np.clip(a, -1e4, 1e4))
            t.CopyFrom(numpy_helper.from_array(a.astype(np.float16), t.name))

    for t in graph.initializer:
        convert(t)
    for n in graph.node:
        for a in n.attribute:
            if a.name == "value":
                convert(a.t)
            if n.op_type == "Cast" and a.i == TensorProto.FLOAT:
                a.i = TensorProto.FLOAT16
    ends = []
    for v in graph.input:
        if v.type.tensor_type.elem_type == TensorProto.FLOAT:
            for n in graph.node:
                n.input[:] = [v.name + "_half" if i == v.name else i for i in n.input]
            ends.append((0, helper.make_node("Cast", [v.name], [v.name + "_half"], to=TensorProto.FLOAT16)))
    for v in graph.output:
        for n in graph.node:
            n.output[:] = [v.name + "_half" if o == v.name else o for o in n.output]
        ends.append((1, helper.make_node("Cast", [v.name + "_half"], [v.name], to=TensorProto.FLOAT)))
    rest = list(graph.node)
    del graph.node[:], graph.value_info[:]
    graph.node.extend([n for at, n in ends if at == 0] + rest + [n for at, n in ends if at == 1])
    onnx.save(model, name)


def fused(source, name, c=16, heads=4):
    """The layers of a BERT as the operators that ONNX Runtime's optimiser puts in their place."""
    model = onnx.load(source)
    graph = model.graph
    stored, bias_of = arrays(graph), {}
    for n in graph.node:
        if n.op_type == "Add" and n.input[0] in stored:
            bias_of[n.input[0]] = n.input[1]
    makers = {o: n for n in graph.node for o in n.output}
    weight = {b[:-5]: stored[makers[y].input[1]] for b, y in bias_of.items() if b.endswith(".bias") and makers[y].op_type == "MatMul"}
    tensors, nodes, number = {k: v for k, v in stored.items() if "::" not in k and "position_ids" not in k}, [], 0
    ms = dict(domain="com.microsoft")

    def matrix(layer):
        nonlocal number
        number += 1
        tensors[f"onnx::MatMul_{number}"] = weight[layer]
        return f"onnx::MatMul_{number}"

    e = "bert.embeddings."
    nodes.append(helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.INT32))
    nodes.append(helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.INT32))
    nodes.append(helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.INT32))
    nodes.append(helper.make_node("EmbedLayerNormalization", ["ids", "types"] + [e + k for k in (
        "word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight", "LayerNorm.weight", "LayerNorm.bias")] + ["mask"],
        ["x0", "lengths"], "EmbedLayerNormalization_0", epsilon=1e-12, **ms))
    for i in range(2):
        p, x = f"bert.encoder.layer.{i}.", f"x{i}"
        parts = [f"{p}attention.self.{k}" for k in ("query", "key", "value")]
        tensors[f"Attention_{i}_qkv_weight"] = np.concatenate([weight[k] for k in parts], axis=1)
        tensors[f"Attention_{i}_qkv_bias"] = np.concatenate([tensors.pop(k + ".bias") for k in parts])
        o, u, d = p + "attention.output.", p + "intermediate.dense", p + "output."
        nodes += [
            helper.make_node("Attention", [x, f"Attention_{i}_qkv_weight", f"Attention_{i}_qkv_bias", "mask"], [x + "a"], f"Attention_{i}", num_heads=heads,
                             **ms),
            helper.make_node("MatMul", [x + "a", matrix(o + "dense")], [x + "b"], f"MatMul_{4 * i}"),
            helper.make_node("SkipLayerNormalization", [x + "b", x, o + "LayerNorm.weight", o + "LayerNorm.bias", o + "dense.bias"], [x + "c"],
                             f"SkipLayerNormalization_{2 * i}", epsilon=1e-12, **ms),
            helper.make_node("MatMul", [x + "c", matrix(u)], [x + "d"], f"MatMul_{4 * i + 1}"),
            helper.make_node("BiasGelu", [x + "d", u + ".bias"], [x + "e"], f"Gelu_{i}", **ms),
            helper.make_node("MatMul", [x + "e", matrix(d + "dense")], [x + "f"], f"MatMul_{4 * i + 2}"),
            helper.make_node("SkipLayerNormalization", [x + "f", x + "c", d + "LayerNorm.weight", d + "LayerNorm.bias", d + "dense.bias"], [f"x{i + 1}"],
                             f"SkipLayerNormalization_{2 * i + 1}", epsilon=1e-12, **ms),
        ]
    tensors["first"] = np.zeros((), np.int64)
    nodes += [
        helper.make_node("Gather", ["x2", "first"], ["class"], axis=1),
        helper.make_node("Gemm", ["class", "bert.pooler.dense.weight", "bert.pooler.dense.bias"], ["pooled"], transB=1),
        helper.make_node("Tanh", ["pooled"], ["bent"]),
        helper.make_node("Gemm", ["bent", "classifier.weight", "classifier.bias"], ["logits"], transB=1),
    ]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend([numpy_helper.from_array(v, k) for k, v in tensors.items()])
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, name)


def bare(source, name):
    """Nodes and values numbered, as PyTorch before 1.13 did, and the scale of scores folded."""
    model = onnx.load(source)
    graph = model.graph
    kept = {t.name for t in graph.initializer if "::" not in t.name} | {v.name for v in list(graph.input) + list(graph.output)}
    numbers = {}

    def number(value):
        return value if value in kept or not value else numbers.setdefault(value, str(len(numbers) + 100))

    scale = next(n for n in graph.node if n.op_type == "Exp")
    replace(graph, "logit_scale", [numpy_helper.from_array(np.exp(arrays(graph)["logit_scale"]), scale.output[0])])
    graph.node.remove(scale)
    for i, n in enumerate(graph.node):
        n.name = f"{n.op_type}_{i}"
        n.input[:], n.output[:] = [number(v) for v in n.input], [number(v) for v in n.output]
    for t in graph.initializer:
        t.name = number(t.name)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, name)


def outside(source, name):
    """Data in a file of its own."""
    onnx.save_model(onnx.load(source), name, save_as_external_data=True, all_tensors_to_one_file=True, location=name + "_data", size_threshold=64)


qdq("bert.onnx", "bert-qdq.onnx")
qdq("vit.onnx", "vit-qdq.onnx")
dynamic("bert.onnx", "bert-dynamic.onnx")
fused("bert.onnx", "bert-fused.onnx")
half("vit.onnx", "vit-half.onnx")
bare("clip.onnx", "clip-bare.onnx")
if os.path.exists("bert-outside.onnx_data"):
    os.remove("bert-outside.onnx_data")
outside("bert.onnx", "bert-outside.onnx")
