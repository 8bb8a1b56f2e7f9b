def main():
    n = 1000000
    text = ""
    for i in range(n):
        text += "n" + str(i % 1000)
    print(len(text))
    words = 0
    for i in range(len(text)):
        if text[i] == "n":
            words += 1
    print(words)


main()
