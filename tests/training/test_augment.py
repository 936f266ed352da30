import torch

from training import augment, occlude
from training.config import Augment, Config
from training.material import balanced_draw, cover


def _pictures(count=32, channels=1):
    return torch.rand(count, channels, 48, 40, generator=torch.Generator().manual_seed(1))


def _generator():
    return torch.Generator().manual_seed(7)


def test_blocking_hides_at_least_the_share_asked_for():
    pictures = _pictures(96)
    hidden = occlude.block(pictures, 0.65, _generator())
    visible = (hidden == pictures).float().mean((1, 2, 3))
    assert visible.max() <= 0.36
    assert hidden.min() >= 0 and hidden.max() <= 1


def test_cut_out_leaves_most_of_the_picture():
    pictures = _pictures(96)
    cut = occlude.cut_out(pictures, 1.0, _generator())
    changed = (cut != pictures).float().mean((1, 2, 3))
    assert changed.max() < 0.4 and changed.mean() > 0.02
    assert torch.equal(occlude.cut_out(pictures, 0.0, _generator()), pictures)


def test_light_and_sensor_keep_range_shape_and_grey_levels():
    for channels in (1, 3):
        pictures = _pictures(16, channels)
        out = augment.sensor(augment.light(pictures, Augment(), _generator()), Augment(), _generator())
        assert out.shape == pictures.shape and out.min() >= 0 and out.max() <= 1
        assert torch.allclose(out * 255, (out * 255).round(), atol=1e-3)
        assert not torch.allclose(out, pictures, atol=0.1)


def test_view_that_does_not_move_is_the_region():
    wide = torch.zeros(1, 1, 124, 124)
    wide[:, :, 12:112, 12:112] = 1
    out = augment.view(wide, 50, 50, 0.12, Augment(), _generator(), move=False)
    assert out[:, :, 1:-1, 1:-1].min() > 0.999


def test_view_moves_every_picture_by_itself_and_repeats_with_the_seed():
    wide = _pictures(1)[:, :, :40].expand(8, -1, -1, -1)
    out = augment.view(wide, 32, 32, 0.12, Augment(), _generator())
    assert len({tuple(picture.flatten()[:50].tolist()) for picture in out}) == 8
    assert torch.equal(out, augment.view(wide, 32, 32, 0.12, Augment(), _generator()))


def test_covered_pictures_become_unusable_and_the_rest_stay():
    pictures, target = _pictures(400), torch.zeros(400, dtype=torch.int64)
    covered, label = cover(pictures, target, Config(), ["closed", "open", "unusable"], _generator())
    same = (covered == pictures).flatten(1).all(1)
    assert torch.equal(label == 2, ~same)
    assert 30 < (~same).sum() < 95
    assert not target.any()


def test_rare_label_is_drawn_nearly_as_often():
    target = torch.tensor([0] * 90 + [1] * 10)
    drawn = target[balanced_draw(target, 4000, _generator())]
    assert 0.3 < (drawn == 1).float().mean() < 0.5


def test_jpeg_again_changes_the_share_asked_for_a_little():
    wide = (torch.rand(40, 6, 6, 3, generator=torch.Generator().manual_seed(3)) * 255).repeat_interleave(8, 1)
    wide = wide.repeat_interleave(8, 2).to(torch.uint8)
    again = augment.recompress(wide, Augment(jpeg=0.5), _generator())
    changed = (again != wide).flatten(1).any(1)
    assert 10 < changed.sum() < 30
    assert (again.float() - wide.float()).abs().mean() < 12
    assert torch.equal(again, augment.recompress(wide, Augment(jpeg=0.5), _generator()))
    assert augment.recompress(wide, Augment(jpeg=0.0), _generator()) is wide


def test_perspective_makes_one_edge_larger_than_the_other():
    still = Augment(shift=0, scale=0, turn=0, perspective=0.2)
    lines = ((torch.arange(124) // 4) % 2).float().expand(1, 1, 124, 124)  # vertical stripes
    out = augment.view(lines.expand(64, -1, -1, -1), 50, 50, 0.12, still, _generator())
    edges = (out[:, 0, 25, 1:] - out[:, 0, 25, :-1]).abs()
    left, right = edges[:, :24].sum(1), edges[:, 25:].sum(1)
    assert ((left - right).abs() > 1).float().mean() > 0.3
    flat = augment.view(lines, 50, 50, 0.12, Augment(shift=0, scale=0, turn=0, perspective=0), _generator())
    assert torch.equal(flat, augment.view(lines, 50, 50, 0.12, Augment(), _generator(), move=False))


def test_luma_of_bytes_is_luma_of_their_pictures():
    wide = torch.randint(0, 256, (6, 20, 24, 3), generator=_generator(), dtype=torch.uint8)
    found = augment.luma(wide, _generator(), 0.3)
    torch.testing.assert_close(found, augment.luma(augment.pictures_of(wide), _generator(), 0.3))
    grey = torch.full((2, 8, 8, 3), 51, dtype=torch.uint8)
    torch.testing.assert_close(augment.luma(grey, _generator(), 0.3), torch.full((2, 1, 8, 8), 0.2))


def test_changes_leave_the_pictures_they_were_given_alone():
    pictures = _pictures(16, 3)
    before = pictures.clone()
    augment.sensor(pictures, Augment(), _generator())
    augment.light(pictures, Augment(), _generator())
    occlude.cut_out(pictures, 1.0, _generator())
    occlude.block(pictures, 0.65, _generator())
    assert torch.equal(pictures, before)


def test_changes_that_are_off_change_nothing():
    off = Augment(exposure=0, contrast=0, gamma=0, colour=0, infrared=0, noise=0, blur=0, shadow=0, lamp=0)
    for channels in (1, 3):
        pictures = (_pictures(8, channels) * 255).round() / 255
        torch.testing.assert_close(augment.light(pictures, off, _generator()), pictures.clamp(min=1e-4))
        torch.testing.assert_close(augment.sensor(pictures, off, _generator()), pictures)
