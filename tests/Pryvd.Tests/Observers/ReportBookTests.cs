using Pryv.Consensus;
using Pryv.Consensus.Observers;

namespace Pryvd.Tests.Observers;

/// <summary>What a member keeps of the observers that report to it, and what the leader hears of it.</summary>
public sealed class ReportBookTests
{
    private readonly ReportBook _book = new(1000);

    [Fact]
    public void Who_lacks_no_more_than_what_came_since_its_last_report_has_caught_up()
    {
        Report("a", 100, 100, 0);
        Report("a", 5_000, 20_000, 4);
        Report("b", 100, 20_000, 4);

        Assert.Equal([new("a", ObserverStanding.CaughtUp, new(5_000)), new("b", ObserverStanding.Behind, new(100))], _book.Since(0, At(4)));
    }

    [Fact]
    public void Only_what_changed_since_the_last_time_is_said_again()
    {
        Report("a", 10, 10, 0);
        var seen = Seen();
        Report("a", 20, 20, 4);

        Assert.Empty(_book.Since(seen, At(4)));

        Report("b", 10, 10, 5);

        Assert.Equal("b", Assert.Single(_book.Since(seen, At(5))).Node);
    }

    [Fact]
    public void Silence_is_a_change_and_so_is_its_end()
    {
        Report("a", 10, 10, 0);
        var seen = Seen();

        Assert.Equal(ObserverStanding.Silent, Assert.Single(_book.Since(seen, At(15))).Standing);

        seen = Seen();
        Report("a", 10, 10, 16);

        Assert.Equal(ObserverStanding.CaughtUp, Assert.Single(_book.Since(seen, At(16))).Standing);
    }

    [Fact]
    public void A_member_that_was_restarted_says_all_that_it_knows()
    {
        Report("a", 10, 10, 0);
        var restarted = new ReportBook(2000);
        restarted.Take("a", new(10), new(10), At(1));

        Assert.Single(restarted.Since(Seen(), At(1)));
    }

    [Fact]
    public void A_version_from_the_future_is_none_of_this_books_and_gets_all()
    {
        Report("a", 10, 10, 0);

        Assert.Single(_book.Since(5000, At(1)));
    }

    [Fact]
    public void Who_has_been_silent_for_long_is_forgotten_and_a_full_book_takes_nobody_new()
    {
        for (var i = 0; i < ReportBook.MaxObservers; i++)
        {
            Report($"n{i}", 1, 1, 0);
        }

        Assert.False(_book.Take("one more", new(1), new(1), At(1)));

        _book.Since(0, At(3600));

        Assert.Equal(0, _book.Count);
    }

    private long Seen()
    {
        _book.Since(0, At(0));
        return _book.Version;
    }

    private void Report(string node, long applied, long commit, int seconds) => _book.Take(node, new(applied), new(commit), At(seconds));

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
