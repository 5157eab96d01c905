"""Network architectures by name, so that a card can say which one its weights belong to.

Adding one: write its module and its builder here and register the builder in
``ARCHITECTURES``. A registered name keeps its meaning for good: shipped weights depend on it.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from analysis.errors import InvalidCard

# A card may come from anywhere; these keep a hostile one from building a network of any size.
MAX_WIDTH = 4096
MAX_STAGES = 8
MAX_BLOCKS_PER_STAGE = 64

Arguments = Mapping[str, int | Sequence[int]]
Builder = Callable[[int, int, Arguments], nn.Module]


class Normalise(nn.Module):
    """uint8 pictures (B, C, H, W) to float32 network input, ``(p / 255 - mean) / std`` by channel.

    Args:
        mean, std: one number for each channel, on pixels of 0 to 1.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        scale = 1.0 / (255.0 * torch.tensor(std))
        self.scale: Tensor
        self.offset: Tensor
        self.register_buffer("scale", scale[:, None, None], persistent=False)
        offset = -torch.tensor(mean) / torch.tensor(std)
        self.register_buffer("offset", offset[:, None, None], persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) uint8 to float32 in channels-last memory."""
        pixels = images.to(torch.float32, memory_format=torch.channels_last)
        return pixels * self.scale + self.offset


class ConvNorm(nn.Module):
    """A convolution and the batch normalisation of what comes out of it.

    The pair is a module of its own so that inference can fold it into one convolution.
    """

    def __init__(self, width_in: int, width_out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width_in, width_out, kernel, stride, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(width_out)

    def forward(self, features: Tensor) -> Tensor:
        """(B, width_in, H, W) to (B, width_out, H / stride, W / stride)."""
        out: Tensor = self.norm(self.conv(features))
        return out


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2015, the post-activation form)."""

    def __init__(self, width_in: int, width_out: int, stride: int) -> None:
        super().__init__()
        self.first = ConvNorm(width_in, width_out, 3, stride)
        self.second = ConvNorm(width_out, width_out, 3)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or width_in != width_out:
            self.shortcut = ConvNorm(width_in, width_out, 1, stride)

    def forward(self, features: Tensor) -> Tensor:
        """(B, width_in, H, W) to (B, width_out, H / stride, W / stride)."""
        out = self.second(functional.relu(self.first(features), inplace=True))
        out += self.shortcut(features)
        return functional.relu(out, inplace=True)


class SmallResNet(nn.Module):
    """A residual network for small pictures (He et al. 2015, section 4.2).

    Args:
        channels: 1 for grey pictures, 3 for RGB.
        classes: how many logits come out.
        stem_stride: 1 keeps the pictures' size in the first layer, 2 halves it.
        widths: channels of each stage; every stage after the first halves height and width.
        blocks: residual blocks of each stage.
    """

    def __init__(  # pylint: disable=too-many-arguments  # what makes one such network another
        self,
        channels: int,
        classes: int,
        *,
        stem_stride: int,
        widths: Sequence[int],
        blocks: Sequence[int],
    ) -> None:
        super().__init__()
        self.stem = ConvNorm(channels, widths[0], 3, stem_stride)
        self.stages = nn.Sequential()
        width_in = widths[0]
        for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                self.stages.append(ResidualBlock(width_in, width, stride))
                width_in = width
        self.head = nn.Linear(width_in, classes)

    def forward(self, pixels: Tensor) -> Tensor:
        """Normalised pictures (B, C, H, W) to logits (B, classes)."""
        features = self.stages(functional.relu(self.stem(pixels), inplace=True))
        # Convolutions may run in bfloat16; the head decides in which precision the logits come.
        pooled = features.mean(dim=(2, 3), dtype=self.head.weight.dtype)
        logits: Tensor = self.head(pooled)
        return logits


def _small_resnet(
    channels: int, classes: int, arguments: Arguments, *, stem_stride: int
) -> nn.Module:
    if set(arguments) != {"widths", "blocks"}:
        raise InvalidCard(
            "architecture.arguments: expected exactly 'widths' and 'blocks', "
            f"got {sorted(arguments)}"
        )
    widths = _sizes(arguments, "widths", MAX_WIDTH)
    blocks = _sizes(arguments, "blocks", MAX_BLOCKS_PER_STAGE)
    if len(widths) != len(blocks):
        raise InvalidCard(
            f"architecture.arguments: expected as many 'blocks' as 'widths', "
            f"got {len(blocks)} and {len(widths)}"
        )
    return SmallResNet(channels, classes, stem_stride=stem_stride, widths=widths, blocks=blocks)


def _sizes(arguments: Arguments, field: str, limit: int) -> tuple[int, ...]:
    value = arguments[field]
    if (
        isinstance(value, int | str)
        or not 1 <= len(value) <= MAX_STAGES
        or not all(isinstance(size, int) and 1 <= size <= limit for size in value)
    ):
        raise InvalidCard(
            f"architecture.arguments.{field}: expected 1 to {MAX_STAGES} integers "
            f"of 1 to {limit}, got {value!r}"
        )
    return tuple(value)


ARCHITECTURES: Mapping[str, Builder] = {
    # Cheap, as its first layer leaves a quarter of the pixels.
    "compact-resnet": partial(_small_resnet, stem_stride=2),
    # Sees every pixel up to its first stage's end, which tells shirts from coats.
    "cifar-resnet": partial(_small_resnet, stem_stride=1),
}


def build(name: str, *, channels: int, classes: int, arguments: Arguments) -> nn.Module:
    """A network of that architecture with freshly initialised weights, in channels-last memory.

    Args:
        name: a key of ``ARCHITECTURES``.
        channels: 1 for grey pictures, 3 for RGB.
        classes: how many logits come out.
        arguments: the architecture's own arguments, as a card keeps them.

    Raises:
        InvalidCard: no architecture of that name, or arguments that it does not take.
    """
    builder = ARCHITECTURES.get(name)
    if builder is None:
        raise InvalidCard(
            f"architecture.name: expected one of {', '.join(sorted(ARCHITECTURES))}, got {name!r}"
        )
    network = builder(channels, classes, arguments)
    return channels_last(network)


def channels_last(network: nn.Module) -> nn.Module:
    """The network itself, its kernels now in channels-last memory, which CPUs convolve faster."""
    for parameter in network.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return network


def fold(network: nn.Module) -> nn.Module:
    """A copy for inference in which each ``ConvNorm`` is one convolution; same output.

    Args:
        network: in evaluation mode, whose normalisation is by running statistics.
    """
    folded = copy.deepcopy(network)
    for module in list(folded.modules()):
        for name, child in module.named_children():
            if isinstance(child, ConvNorm):
                setattr(module, name, fuse_conv_bn_eval(child.conv, child.norm))
    return channels_last(folded)


def count_parameters(network: nn.Module) -> int:
    """How many trained numbers the network has; running statistics are not counted."""
    return sum(parameter.numel() for parameter in network.parameters())
