using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Pryvd.Model;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>Invariant 3 and M13: what cannot be relied on is never answered from.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("PRAGMA user_version = 99")]
    [InlineData("UPDATE cluster SET value = replace(value, '\"cluster_version\":1', '\"cluster_version\":99')")]
    public void A_state_of_a_newer_version_is_refused_and_left_as_it_is(string change)
    {
        Fill(100);
        Change(change);
        var message = Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message;
        Assert.Contains("newer version", message);
        Assert.Contains("99", message);
    }

    [Fact]
    public void A_database_of_something_else_is_refused()
    {
        Fill(3);
        Change("PRAGMA application_id = 7");
        Assert.Contains("is not a state database", Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);
    }

    [Fact]
    public void A_row_that_was_tampered_with_is_found_by_the_digest()
    {
        Fill(100);
        Change("UPDATE events SET value = replace(value, 'test', 'tset') WHERE key = (SELECT min(key) FROM events)");
        using var store = StateStore.Open(folder.Path);
        Assert.NotEqual(store.Digest, store.RecomputeDigest());
        Assert.Contains("damaged", Assert.Throws<StoreException>(store.RequireUndamaged).Message);
        Assert.Throws<StoreException>(() => store.Read());
    }

    [Fact]
    public void A_whole_state_is_found_whole_while_writes_go_on()
    {
        Fill(100);
        using var store = StateStore.Open(folder.Path);
        using var stop = new CancellationTokenSource();
        var writing = new Thread(() =>
        {
            for (var index = 101L; !stop.IsCancellationRequested; index++)
            {
                store.ApplyBatch([Make.Entry(index, Make.Set("cluster", "k", $"{index}"))]);
            }
        });
        writing.Start();
        for (var i = 0; i < 20; i++)
        {
            store.RequireUndamaged();
        }

        stop.Cancel();
        Assert.True(writing.Join(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_row_that_is_no_longer_a_record_is_named()
    {
        Fill(100);
        Change("UPDATE nodes SET value = '{}' WHERE key = 'id1'");
        Assert.Contains("id1", Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);
    }

    /// <summary>They are read in runs: none is lost, also none that is larger than a run, and what is damaged has its name.</summary>
    [Theory]
    [InlineData("cluster:k0")]
    [InlineData("cluster:k2500")]
    [InlineData("cluster:k4999")]
    public void Of_many_variables_all_are_read_and_one_that_is_no_longer_a_record_is_named(string key)
    {
        const int Many = 5_000;
        using (var store = StateStore.Open(folder.Path))
        {
            store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), .. Enumerable.Range(0, Many).Select(i => Make.Entry(i + 2, Make.Set("cluster", $"k{i}", Value(i))))]);
        }

        using (var again = StateStore.Open(folder.Path))
        {
            var vars = again.Read().State.Vars;
            Assert.Equal(Many, vars.Count);
            Assert.All(Enumerable.Range(0, Many), i => Assert.Equal(Value(i), vars.Find(new VarName(VarScope.Cluster, $"k{i}"))!.Json));
        }

        Change($"UPDATE vars SET value = substr(value, 1, length(value) - 1) WHERE key = '{key}'");
        using (var store = StateStore.Open(folder.Path))
        {
            var vars = store.Read().State.Vars;
            Assert.Contains(key, Assert.Throws<StoreException>(() => vars.Find(new VarName(VarScope.Cluster, key.Split(':')[1]))).Message);
            Assert.True(store.Failed.IsCompleted);
            Assert.Throws<StoreException>(store.Read);
        }

        Change($"UPDATE vars SET value = substr(value, 1, 40) WHERE key = '{key}'");
        Assert.Contains(key, Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);

        static string Value(int i) => $"\"{new string('x', i % 1_000 == 7 ? 100_000 : i % 50)}\"";
    }

    [Theory]
    [InlineData("cluster:x")]
    [InlineData("node/n1:k")]
    [InlineData("k")]
    public void A_variable_under_a_key_that_is_not_its_own_is_named(string key)
    {
        using (var store = StateStore.Open(folder.Path))
        {
            store.ApplyBatch([Make.Entry(1, Make.Bootstrap()), Make.Entry(2, Make.Set("cluster", "k", "1")), Make.Entry(3, Make.Set("cluster", "l", "1"))]);
        }

        Change($"UPDATE vars SET key = '{key}' WHERE key = 'cluster:k'");
        Assert.Contains($"'{key}'", Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);
    }

    [Fact]
    public void A_damaged_file_ends_in_an_error_and_never_in_other_answers()
    {
        Fill(400);
        var file = folder.File("state-0.db");
        var whole = File.ReadAllBytes(file);
        var digest = ReadAll();
        var random = new Random(1);
        var noticed = 0;
        for (var i = 0; i < 25; i++)
        {
            var bad = whole.ToArray();
            random.NextBytes(bad.AsSpan(random.Next(1, bad.Length / 4096) * 4096, 4096));
            File.WriteAllBytes(file, bad);
            noticed += Notices(digest) ? 1 : 0;
        }

        // A page that is free holds nothing that could be answered wrongly.
        Assert.InRange(noticed, 20, 25);
    }

    [Fact]
    public void After_a_failure_nothing_is_answered_any_more()
    {
        Fill(400);
        using var store = StateStore.Open(folder.Path);
        Change("DROP TABLE events");
        var next = Make.Entry(401, Make.Set("cluster", "k", "1"));
        Assert.Contains(folder.Path, Assert.Throws<StoreException>(() => store.ApplyBatch([next])).Message);
        Assert.Throws<StoreException>(() => store.ApplyBatch([next]));
        Assert.Throws<StoreException>(() => store.Read());
        Assert.Throws<StoreException>(() => store.Digest);
        Assert.Throws<StoreException>(() => store.Checkpoint());
    }

    [Fact]
    public void A_lost_CURRENT_is_made_anew_when_there_is_no_doubt()
    {
        Fill(10);
        File.Delete(folder.File("CURRENT"));
        using (var store = StateStore.Open(folder.Path))
        {
            Assert.Equal(10, store.Applied.Value);
        }

        File.Delete(folder.File("CURRENT"));
        File.Copy(folder.File("state-0.db"), folder.File("state-7.db"));
        Assert.Contains("CURRENT", Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);
        File.WriteAllText(folder.File("CURRENT"), "state-9.db\n");
        Assert.Contains("state-9.db", Assert.Throws<StoreException>(() => StateStore.Open(folder.Path)).Message);
    }

    [SmallDiskFact]
    public void A_full_disk_stops_the_store_and_loses_nothing_that_was_acknowledged()
    {
        using var disk = new Folder();
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.Path));
        try
        {
            var acknowledged = FillDisk(disk.Path);
            using var room = disk.Copy();
            using var again = StateStore.Open(room.Path);
            Assert.Equal(acknowledged, again.Digest);
            Assert.Equal(acknowledged, again.RecomputeDigest());
        }
        finally
        {
            Run("umount", disk.Path);
        }
    }

    private static StateDigest FillDisk(string path)
    {
        using var store = StateStore.Open(path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
        var acknowledged = store.Digest;
        var value = "\"" + new string('v', 20_000) + "\"";
        var failure = Assert.Throws<StoreException>(() =>
        {
            for (var index = 2; index < 10_000; index++)
            {
                store.ApplyBatch([Make.Entry(index, Make.Set("cluster", "k" + index, value))]);
                acknowledged = store.Digest;
            }
        });
        Assert.Contains("full", failure.Message);
        Assert.Throws<StoreException>(() => store.Read());
        return acknowledged;
    }

    private static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private bool Notices(StateDigest before)
    {
        try
        {
            Assert.Equal(before, ReadAll());
            return false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    private StateDigest ReadAll()
    {
        using var store = StateStore.Open(folder.Path);
        if (store.RecomputeDigest() != store.Digest)
        {
            throw new StoreException("the digest tells");
        }

        // The random page was one that holds no row; SQLite itself must then complain.
        store.SaveSnapshot(folder.File("copy.db"), CancellationToken.None);
        return store.Digest;
    }

    private void Fill(int entries)
    {
        using var store = StateStore.Open(folder.Path);
        store.ApplyBatch(RandomLog.Of(9, entries));
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("state-0.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
