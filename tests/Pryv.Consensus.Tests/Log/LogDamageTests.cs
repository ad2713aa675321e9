using Pryv.Consensus.Log;
using Simulation.Disk;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>Invariant 3: damage is reported with file and offset; only what the last flush may have left torn is cut.</summary>
public sealed class LogDamageTests
{
    private static readonly LogOptions Options = new(8192);

    [Fact]
    public void A_torn_tail_is_cut_on_open()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        var end = EndOf(fixture, 3);
        fixture.Write(null, Commands(4, 6, 1));
        fixture.Disk.FlipBit(fixture.Files()[0], end + 200, 3);
        fixture.Restart();
        Assert.Equal(Described(Commands(1, 3, 1)), fixture.Entries());
    }

    [Fact]
    public void A_cut_tail_never_comes_to_life_again()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        var end = EndOf(fixture, 3);
        fixture.Write(null, Commands(4, 6, 1));
        fixture.Disk.FlipBit(fixture.Files()[0], end + 200, 3);
        fixture.Restart();
        fixture.Disk.FlipBit(fixture.Files()[0], end + 200, 3);
        fixture.Crash();
        Assert.Equal(3, fixture.Log.Last.Value);
    }

    [Fact]
    public void A_flipped_bit_before_the_last_flush_is_damage_at_its_file_and_offset()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        var end = EndOf(fixture, 3);
        fixture.Write(null, Commands(4, 6, 1));
        fixture.Write(null, Commands(7, 7, 1));
        fixture.Disk.FlipBit(fixture.Files()[0], end + 200, 3);
        var damage = Assert.Throws<LogDamageException>(() => DurableLog.Open(fixture.Disk, Options));
        Assert.Equal((fixture.Files()[0], end), (damage.File, damage.Offset));
    }

    [Fact]
    public void A_flipped_bit_in_an_earlier_segment_is_damage()
    {
        var fixture = ManySegments();
        fixture.Disk.FlipBit(fixture.Files()[1], 5000, 0);
        var damage = Assert.Throws<LogDamageException>(() => DurableLog.Open(fixture.Disk, Options));
        Assert.Equal(fixture.Files()[1], damage.File);
    }

    [Fact]
    public void A_missing_segment_is_damage()
    {
        var fixture = ManySegments();
        fixture.Disk.Delete(fixture.Files()[1]);
        Assert.Throws<LogDamageException>(() => DurableLog.Open(fixture.Disk, Options));
    }

    [Fact]
    public void A_commit_index_beyond_the_last_entry_is_damage()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        var name = fixture.Files()[0];
        var image = Bytes(fixture.Disk, name);
        image[112] = 9;
        SegmentImage.Seal(image);
        var damage = Assert.Throws<LogDamageException>(() => DurableLog.Open(DiskOf(name, image), Options));
        Assert.Contains("committed", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_inside_a_command_is_not_taken_for_one()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        fixture.Write(null, Command(4, 1));
        var image = new byte[4 * 152];
        fixture.Disk.Open(fixture.Files()[0]).Read(4096, image);
        var end = EndOf(fixture, 4);
        fixture.Write(null, new Entry(new LogIndex(5), new Term(1), EntryKind.Command, image));
        fixture.Disk.FlipBit(fixture.Files()[0], end, 0);
        fixture.Restart();
        Assert.Equal(4, fixture.Log.Last.Value);
    }

    [Fact]
    public void Entries_that_rot_while_the_log_is_open_are_not_answered_with()
    {
        var fixture = new LogFixture();
        fixture.Write(null, Commands(1, 3, 1));
        fixture.Disk.FlipBit(fixture.Files()[0], 4096 + 152 + 60, 0);
        Assert.Single(fixture.Log.Read(new LogIndex(1), new LogIndex(3), 1));
        Assert.Throws<LogDamageException>(() => fixture.Log.Read(new LogIndex(2), new LogIndex(3), 1));
    }

    [Fact]
    public void Any_flipped_bit_is_found_or_costs_the_last_flush_at_most()
    {
        var (fixture, full, shortened) = SmallLog();
        var name = fixture.Files()[0];
        var image = Bytes(fixture.Disk, name);
        var damaged = 0;
        for (var bit = 0; bit < image.Length * 8; bit++)
        {
            image[bit / 8] ^= (byte)(1 << (bit % 8));
            damaged += IsDamageOrOneOf(name, image, full, shortened) ? 1 : 0;
            image[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(damaged > 4096 * 8, $"Only {damaged} flips were found.");
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_damage()
    {
        var (fixture, _, _) = SmallLog();
        var name = fixture.Files()[0];
        var image = Bytes(fixture.Disk, name);
        for (var length = 0; length < image.Length; length++)
        {
            Assert.Throws<LogDamageException>(() => DurableLog.Open(DiskOf(name, image.AsSpan(0, length)), Options));
        }
    }

    [Fact]
    public void A_last_flush_that_was_torn_at_any_byte_is_cut()
    {
        var (fixture, full, shortened) = SmallLog();
        var name = fixture.Files()[0];
        var image = Bytes(fixture.Disk, name);
        var end = Array.FindLastIndex(image, value => value != 0);
        var lastFlush = (int)EndOf(fixture, 5);
        for (var from = end; from >= lastFlush; from--)
        {
            image[from] = 0;
            using var log = DurableLog.Open(DiskOf(name, image), Options);
            Assert.Contains(LogModel.Describe(log), new[] { full, shortened });
        }

        Assert.Equal(shortened, LogModel.Describe(DurableLog.Open(DiskOf(name, image), Options)));
    }

    [Fact]
    public void Random_bytes_are_damage()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(20_000)];
            random.NextBytes(bytes);
            Assert.Throws<LogDamageException>(() => DurableLog.Open(DiskOf("0000000000000001.log", bytes), Options));
        }
    }

    [Fact]
    public void Random_bytes_behind_a_log_are_cut_and_over_a_log_are_found_or_cost_the_last_flush_at_most()
    {
        var random = new Random(6);
        var (fixture, full, shortened) = SmallLog();
        var name = fixture.Files()[0];
        for (var i = 0; i < 2000; i++)
        {
            var image = Bytes(fixture.Disk, name);
            random.NextBytes(image.AsSpan(random.Next(image.Length - 100), random.Next(1, 100)));
            IsDamageOrOneOf(name, image, full, shortened);
        }
    }

    [Fact]
    public void A_log_of_a_newer_format_is_refused_and_left_alone()
    {
        var (fixture, _, _) = SmallLog();
        var name = fixture.Files()[0];
        var image = Bytes(fixture.Disk, name);
        image[8] = 2;
        SegmentImage.Seal(image);
        var disk = DiskOf(name, image);
        var refusal = Assert.Throws<LogVersionException>(() => DurableLog.Open(disk, Options));
        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(image, Bytes(disk, name));
    }

    [Theory]
    [InlineData(48, "it belongs to")] // cluster
    [InlineData(64, "it belongs to")] // member
    [InlineData(32, "it begins with group")]
    [InlineData(88, "not of term")]
    [InlineData(96, "hard state")]
    public void A_segment_that_does_not_continue_the_one_before_it_is_damage(int headerOffset, string what)
    {
        var disk = ManySegments().Disk;
        using (var file = disk.Open("0000000000000002.log"))
        {
            var image = Bytes(disk, file.Name);
            image[headerOffset] ^= 1;
            SegmentImage.Seal(image);
            file.Write(0, image);
        }

        var damage = Assert.Throws<LogDamageException>(() => DurableLog.Open(disk, Options));
        Assert.Equal("0000000000000002.log", damage.File);
        Assert.Contains(what, damage.Message, StringComparison.Ordinal);
    }

    /// <summary>When this fails, logs on disks cannot be read any more: raise the format version and read both.</summary>
    [Fact]
    public void The_format_is_the_one_that_nodes_have_on_their_disks()
    {
        var (fixture, _, _) = SmallLog();
        var hash = System.Security.Cryptography.SHA256.HashData(Bytes(fixture.Disk, fixture.Files()[0]));
        Assert.Equal("2cbff9329ad0f6e8", Convert.ToHexStringLower(hash.AsSpan(0, 8)));
    }

    private static LogFixture ManySegments()
    {
        var fixture = new LogFixture();
        for (var i = 1; i <= 100; i++)
        {
            fixture.Write(null, Command(i, 1));
        }

        return fixture;
    }

    /// <summary>Three flushes in one segment, and what the log says with and without the last of them.</summary>
    private static (LogFixture Fixture, string Full, string Shortened) SmallLog()
    {
        var fixture = new LogFixture();
        fixture.Write(State(1, 0, Peer), Commands(1, 3, 1, bytes: 20));
        fixture.Write(State(2, 2), Configuration(4, 2, "c"), Command(5, 2, 20));
        var shortened = LogModel.Describe(fixture.Log);
        fixture.Write(State(2, 3), Commands(6, 7, 2, bytes: 20));
        return (fixture, LogModel.Describe(fixture.Log), shortened);
    }

    private static bool IsDamageOrOneOf(string name, byte[] image, params string[] allowed)
    {
        try
        {
            using var log = DurableLog.Open(DiskOf(name, image), Options);
            Assert.Contains(LogModel.Describe(log), allowed);
            return false;
        }
        catch (LogDamageException)
        {
            return true;
        }
    }

    /// <summary>Where the record of an entry ends in the only segment.</summary>
    private static long EndOf(LogFixture fixture, long entry)
    {
        return SegmentImage.EndOfEntry(Bytes(fixture.Disk, fixture.Files()[0]), entry);
    }

    private static byte[] Bytes(SimDisk disk, string name)
    {
        using var file = disk.Open(name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    private static SimDisk DiskOf(string name, ReadOnlySpan<byte> bytes)
    {
        var disk = new SimDisk(1);
        using var file = disk.Create(name, 0);
        file.Write(0, bytes);
        file.Flush();
        disk.FlushFolder();
        return disk;
    }
}
