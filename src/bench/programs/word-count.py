def main():
    words = []
    for i in range(5000):
        words.append("word" + str(i * 7919 % 100003))
    counts = {}
    seed = 42
    for _ in range(1000000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        word = words[seed // 65536 % 5000]
        counts[word] = counts.get(word, 0) + 1
    print(len(counts))
    checksum = 0
    for key in sorted(counts):
        checksum = (checksum * 31 + counts[key]) % 1000000007
    print(checksum)


main()
