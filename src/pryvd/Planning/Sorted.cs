using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>An instance in its bucket, and why it is there.</summary>
/// <param name="ByTime">It waits for nothing but time.</param>
internal sealed record Sorted(InstanceId Instance, Component Component, Assignment? Assignment, Bucket Bucket, string Why, bool ByTime = false)
{
    /// <summary>Whether it will still take its place on its node when the plan is carried out.</summary>
    public bool Stays => Bucket is Bucket.Keep or Bucket.Ignore or Bucket.Start or Bucket.Update or Bucket.WaitForHome or Bucket.Lost or Bucket.Wait;
}
