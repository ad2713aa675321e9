using Grpc.Core;

namespace Pryv.Grpc.Tests.Wire;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("with:colon")]
    [InlineData("ümlaut")]
    [InlineData("text-bin")]
    public void A_key_that_cannot_travel_is_refused(string key) => Assert.ThrowsAny<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Bytes_need_a_binary_key() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("ümlaut")]
    public void A_value_that_cannot_travel_is_refused(string value) => Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", value));

    [Fact]
    public void Keys_do_not_know_case_and_the_last_entry_wins()
    {
        var metadata = new Metadata { { "Key", "1" }, { "kEy", "2" } };

        Assert.Equal("2", metadata.GetValue("KEY"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(entry => entry.Value));
        Assert.Null(metadata.Get("other"));
    }

    [Fact]
    public void The_shared_empty_metadata_stays_empty() => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
}
